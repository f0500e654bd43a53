package io.discovery.member;

import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.ClusterClock;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.OldestMemberClock;
import io.discovery.cluster.Schemas;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.Settings;
import io.discovery.connections.Connections;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.durability.BackendSync;
import io.discovery.durability.BackendTime;
import io.discovery.http.HttpEndpoint;
import io.discovery.http.HttpHandlers;
import io.discovery.http.HttpServerVerticle;
import io.discovery.http.ResponseWorkers;
import io.discovery.memory.CacheBudget;
import io.discovery.memory.HeapReserve;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.process.HeapMonitor;
import io.discovery.process.PeriodicTask;
import io.discovery.process.ProgramVersion;
import io.discovery.prometheus.Targets;
import io.discovery.reconciliation.CatchUp;
import io.discovery.reconciliation.MapReconciliation;
import io.discovery.reconciliation.MissingMembers;
import io.discovery.reconciliation.PeerReconciliation;
import io.discovery.reconciliation.ReconciliationInterval;
import io.discovery.reconciliation.ReconciliationMeters;
import io.discovery.registry.ProcessPauseDetector;
import io.discovery.registry.ReadCopy;
import io.discovery.registry.Registry;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import io.discovery.store.hazelcast.HazelcastPeerCopies;
import io.discovery.store.hazelcast.HazelcastStore;
import io.discovery.store.hazelcast.HazelcastStoredCopies;
import io.discovery.store.hazelcast.RegistrationMap;
import io.discovery.store.hazelcast.WriteListener;
import io.discovery.subscription.ChangeNotifier;
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.subscription.Subscriptions;
import io.discovery.telemetry.Meters;
import io.discovery.telemetry.Statsd;
import io.discovery.v1.V1Api;
import io.discovery.watch.WatchEndpoints;
import io.discovery.xds.Xds;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running member: everything built, in order, and ended in the opposite order. {@link #start} and {@link #stop} block
 * and belong to one thread.
 */
public final class Member {

    private static final Logger log = LoggerFactory.getLogger(Member.class);
    private static final Duration CLOCK_PERIOD = Duration.ofSeconds(1);
    private static final Duration HOUSEKEEPING_PERIOD = Duration.ofSeconds(5);
    private static final int WORKERS = 2;
    /** Beside registrations, which may take half, it leaves the heap short of what is scarce. */
    private static final int RENDERINGS_SHARE = 8;
    /** The pause between comparisons with peers while copies differ: clients see the difference. */
    private static final Duration PEERS_DIFFER = Duration.ofMillis(250);

    private final Settings settings;
    private final Readiness readiness = new Readiness();
    private final Meters meters = new Meters();
    private final HeapReserve heap = new HeapReserve(Runtime.getRuntime().maxMemory());
    private final Consumer<String> onExpulsion;
    private final StartCalls calls;
    /** Steps of the stop, the latest first. */
    private final Deque<Runnable> endings = new ArrayDeque<>();

    /** Releases the clients that wait here for a change, so that they wait elsewhere. */
    private Runnable onDraining = () -> {};

    private int port;
    private List<HttpEndpoint> endpoints = List.of();

    private Member(Settings settings, Consumer<String> onExpulsion) {
        this.settings = settings;
        this.calls = new StartCalls(settings.cluster().joinWait());
        this.onExpulsion = onExpulsion;
    }

    /**
     * Starts a member: joined and serving HTTP when this returns, open for reads a little later.
     *
     * @param backends of the same environment as the settings
     * @param onExpulsion called, later and on another thread, if the cluster has other settings after all or is gone
     * @throws io.discovery.cluster.ClusterException if it cannot join
     * @throws io.discovery.http.CannotListenException if its port is taken
     * @throws io.discovery.dns.CannotServeDnsException if its port for DNS is taken
     * @throws StorageBackend.UnusableBackendException if what is on disk cannot be used
     */
    public static Member start(Settings settings, Backends backends, Consumer<String> onExpulsion) {
        Member member = new Member(settings, onExpulsion);
        try {
            member.build(backends);
            return member;
        } catch (RuntimeException failed) {
            member.end();
            throw failed;
        }
    }

    /** The port it serves HTTP on. */
    public int port() {
        return port;
    }

    /** Returns all endpoints of its HTTP server. */
    public List<HttpEndpoint> endpoints() {
        return endpoints;
    }

    public Readiness.Phase phase() {
        return readiness.phase();
    }

    private void build(Backends backends) {
        endings.push(meters::close);
        endings.push(HeapMonitor.begin(heap)::close);
        MemberMeters.register(meters, heap);
        Lease longest = settings.longestLease();
        BackendTime time = new BackendTime(System::nanoTime, Duration.of(longest.retentionMicros(), ChronoUnit.MICROS));
        Optional<StorageBackend> backend =
                backends.open(settings, new Retention(longest, time::nowMicros, time::provenMicros));
        backend.ifPresent(storage -> endings.push(storage::close));
        MemberPort membersPort = new MemberPort();
        HazelcastInstance hazelcast = HazelcastCluster.join(
                settings,
                config -> RegistrationMap.configure(config, settings.lease()),
                ProgramVersion.version(),
                membersPort);
        endings.push(hazelcast::shutdown);
        every(CLOCK_PERIOD, "members-port", membersPort::look);
        Schemas schemas = new Schemas(hazelcast);
        calls.run("all members can read what this one sends", () -> schemas.bring(RegistrationMap.samples()));
        every(CLOCK_PERIOD, "schemas", schemas::look);
        MemberMeters.register(meters, membersPort);
        Connections connections = ConnectionLimit.connections(settings.http().mostConnections(), meters, heap);
        Vertx vertx = MemberVertx.start(connections.transport());
        endings.push(() -> MemberVertx.await(vertx.close()));
        HazelcastCluster cluster = HazelcastCluster.of(hazelcast, vertx, settings);
        endings.push(cluster::noteStop);
        build(hazelcast, vertx, cluster, backend, time);
    }

    private void build(
            HazelcastInstance hazelcast,
            Vertx vertx,
            HazelcastCluster cluster,
            Optional<StorageBackend> backend,
            BackendTime time) {
        Lease lease = settings.lease();
        ClusterClock clock = clock(new OldestMemberClock(hazelcast));
        time.follow(clock);
        CacheBudget renderings = new CacheBudget(Runtime.getRuntime().maxMemory() / RENDERINGS_SHARE, heap);
        meters.gauge("discovery.renderings.bytes", renderings::bytes);
        Directory directory = new Directory(lease, settings.expiryProtection(), clock::nowMicros, renderings);
        Subscriptions subscriptions = new Subscriptions(directory, clock::nowMicros);
        ReadCopy copy = new DirectoryReadCopy(directory, subscriptions);
        HazelcastStore store =
                calls.make("the registry's map is opened", () -> new HazelcastStore(hazelcast, clock, lease));
        // Before the first comparison: what is written after it comes as an event, what was before it is found.
        WriteListener writes = store.onWrite(directory::merge, () -> MemberVertx.await(cluster.partitionsSafe()));
        calls.run("the member listens to writes", writes::adjust);
        ProcessPauseDetector standstill = new ProcessPauseDetector(
                settings.http().requestDeadline(),
                HazelcastCluster.PATIENCE,
                System::nanoTime,
                System::currentTimeMillis);
        every(ProcessPauseDetector.PERIOD, "signs-of-life", standstill::sign);
        meters.counter("discovery.standstills", standstill::count);
        MissingMembers missing = new MissingMembers(
                cluster::addresses,
                cluster::ifStopped,
                Duration.of(lease.retentionMicros(), ChronoUnit.MICROS),
                System::nanoTime);
        CatchUp catchingUp = new CatchUp(
                readiness,
                subscriptions,
                () -> hazelcast.getCluster().getMembers(),
                missing,
                standstill,
                clock,
                System::nanoTime);
        every(CLOCK_PERIOD, "clock", catchingUp::adjustClock);
        Registry registry = new Registry(
                store,
                copy,
                clock,
                () -> listingLease(directory),
                settings.http().requestDeadline(),
                readiness::isComplete,
                standstill,
                new RegistrationMemoryLimit(directory, heap),
                catchingUp);
        meters.gauge("discovery.changes.in.flight", registry::changesInFlight);
        meters.counter("discovery.changes.refused", registry::changesRefused);
        Statsd statsd = new Statsd(settings.statsd(), meters);
        endings.push(statsd::flush);
        every(Statsd.PERIOD, "statsd", statsd::flush);

        BackendSync durability = durability(
                hazelcast,
                backend,
                new BackendSync.Parts(settings, cluster, store, store::owns, directory, copy, clock, meters));
        endings.push(durability::close);
        durability.register(meters);
        MapReconciliation reconciliation = new MapReconciliation(store, copy, clock, lease, catchingUp::fromTheMap);
        WarmUp warmUp =
                new WarmUp(settings, cluster, readiness, reconciliation, catchingUp::hasMetAll, durability.loading());
        MemberMeters.register(meters, directory, cluster, readiness, clock);

        Xds xds = new Xds(vertx, directory, subscriptions, readiness, heap);
        xds.register(meters);
        ResponseWorkers workers = new ResponseWorkers(vertx, WORKERS, renderings);
        EventLoopSubscriptions polls = new EventLoopSubscriptions(vertx, directory, subscriptions);
        EventLoopSubscriptions watchers = new EventLoopSubscriptions(vertx, directory, subscriptions);
        V1Api v1 =
                new V1Api(new V1Api.Services(settings, registry, directory, readiness, polls, statsd, workers, heap));
        v1.register(meters);
        WatchEndpoints watching = new WatchEndpoints(vertx, watchers, directory, readiness, v1::body);
        watching.register(meters);
        Targets targets = new Targets(directory, readiness);
        List<HttpEndpoint> mounted = Stream.of(
                        v1.endpoints(), xds.endpoints(), watching.endpoints(), targets.endpoints())
                .flatMap(List::stream)
                .toList();
        serve(
                vertx,
                HttpHandlers.of(
                        new HttpHandlers.Routes(mounted, v1.service(), xds.grpc()),
                        new HttpHandlers.Environment(
                                workers, meters, readiness, cluster, heap, durability::health, settings.debug())));
        endings.push(xds::close);
        // Before HTTP stops, which waits for what is under way.
        endings.push(watchers::close);
        endings.push(polls::close);
        onDraining = polls::release;
        announce(subscriptions, clock);
        DnsServing.start(vertx, settings, directory, readiness, cluster, meters).ifPresent(endings::push);
        readiness.enter(Readiness.Phase.WARMING);
        logStart(cluster, backend);
        // Before the warm-up: a merge from here on asks for another comparison.
        PeriodicTask peers = keepEqualToPeers(
                new PeerReconciliation(new HazelcastPeerCopies(hazelcast, copy), copy, clock, lease, catchingUp),
                catchingUp);
        standstill.onLong(() -> {
            catchingUp.stoodStill();
            peers.nudge();
        });
        keepEqual(cluster, reconciliation, clock, durability, writes, peers, catchingUp);
        warmUp(warmUp);
        if (settings.expiryProtection() == ExpiryProtection.ON) {
            ExpiryProtectionMonitor watch = new ExpiryProtectionMonitor(directory, readiness);
            watch.register(meters);
            every(CLOCK_PERIOD, "protection", watch::look);
        }
        ExpiryCounter expiries = new ExpiryCounter(directory, lease, clock, store::owns, statsd, meters);
        every(HOUSEKEEPING_PERIOD, "housekeeping", () -> {
            expiries.count();
            directory.sweep();
            durability.look();
        });
    }

    /** Returns the longest lease until all is loaded: lapsed hosts cannot be counted before. */
    private Lease listingLease(Directory directory) {
        return readiness.isComplete() ? directory.listingLease() : settings.longestLease();
    }

    /** Waits for the oldest member's time: with its own wall clock a member could be far from the others. */
    private ClusterClock clock(OldestMemberClock reference) {
        if (!calls.await(
                "the oldest member tells the time", () -> !(reference.look() instanceof ClusterClock.Reading.None))) {
            log.warn("the oldest member does not tell the time: this member begins with its own wall clock");
        }
        ClusterClock clock = new ClusterClock(
                reference,
                OldestMemberClock::wallMicros,
                System::nanoTime,
                new SecureRandom().nextLong(),
                Duration.of(settings.lease().ttlMicros(), ChronoUnit.MICROS));
        reference.answer(clock);
        return clock;
    }

    private BackendSync durability(
            HazelcastInstance hazelcast, Optional<StorageBackend> backend, BackendSync.Parts parts) {
        if (backend.isEmpty()) {
            return BackendSync.none(parts.cluster());
        }
        StorageBackend storage = backend.get();
        return switch (storage.scope()) {
            case MEMBER -> BackendSync.own(storage, parts);
            case SHARED -> BackendSync.shared(storage, storedCopies(hazelcast), parts);
        };
    }

    private HazelcastStoredCopies storedCopies(HazelcastInstance hazelcast) {
        HazelcastStoredCopies copies =
                calls.make("the map of stored copies is opened", () -> new HazelcastStoredCopies(hazelcast));
        calls.run("what is known of stored copies is read", copies::follow);
        return copies;
    }

    private void serve(Vertx vertx, HttpHandlers handlers) {
        endpoints = handlers.endpoints();
        List<HttpServerVerticle> verticles = new ArrayList<>();
        DeploymentOptions eventLoops = new DeploymentOptions()
                .setThreadingModel(ThreadingModel.EVENT_LOOP)
                .setInstances(Runtime.getRuntime().availableProcessors());
        String deployment = MemberVertx.await(vertx.deployVerticle(
                () -> {
                    HttpServerVerticle verticle = new HttpServerVerticle(settings.http(), handlers);
                    verticles.add(verticle);
                    return verticle;
                },
                eventLoops));
        endings.push(() -> MemberVertx.await(vertx.undeploy(deployment)));
        port = verticles.get(0).port();
    }

    private void warmUp(WarmUp warmUp) {
        Thread thread = new Thread(warmUp, "discovery-warm-up");
        thread.setDaemon(true);
        thread.start();
        endings.push(() -> {
            warmUp.stop();
            thread.interrupt();
            join(thread);
        });
    }

    private static void join(Thread thread) {
        try {
            thread.join(MemberVertx.STEP.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Compares this member's copy with the map every few seconds, and at once when copies may have been lost. */
    private void keepEqual(
            HazelcastCluster cluster,
            MapReconciliation reconciliation,
            ClusterClock clock,
            BackendSync durability,
            WriteListener writes,
            PeriodicTask peers,
            CatchUp catchingUp) {
        var counters = new ReconciliationMeters(meters);
        ReconciliationInterval pace = new ReconciliationInterval();
        BooleanSupplier round = () -> {
            long number = clock.nowMicros() / TimeUnit.NANOSECONDS.toMicros(ReconciliationInterval.CALM.toNanos());
            MapReconciliation.Result result = catchingUp.comparing(() -> reconciliation.round(cluster.turn(number)));
            counters.add(result);
            return result.isEqual();
        };
        PeriodicTask loop = new PeriodicTask(
                "discovery-reconciliation",
                ReconciliationInterval.UNREST,
                () -> readiness.isComplete() && !catchingUp.isMeetingPeers()
                        ? pace.after(round)
                        : ReconciliationInterval.UNREST);
        endings.push(loop::close);
        // Not by the same thread: it may wait for a member that is silent, and comparing must not.
        every(HOUSEKEEPING_PERIOD, "loaded", () -> {
            if (readiness.isComplete()) {
                cluster.noteLoaded();
            }
        });
        PeriodicTask hearing = PeriodicTask.every(CLOCK_PERIOD, "discovery-writes", writes::adjust);
        endings.push(hearing::close);
        Runnable unrest = () -> {
            catchingUp.unrest();
            peers.nudge();
            loop.nudge();
            writes.unrest();
            hearing.nudge();
            durability.unrest();
        };
        calls.run("the member listens to losses", () -> cluster.onLoss(unrest));
        cluster.onUnrest(unrest, catchingUp, reason -> {
            if (readiness.phase().compareTo(Readiness.Phase.DRAINING) < 0) {
                onExpulsion.accept(reason);
            }
        });
        // What came before anybody listened.
        catchingUp.unrest();
        peers.nudge();
    }

    /** Compares this member's copy with those of its peers every few seconds, and at once when members come or go. */
    private PeriodicTask keepEqualToPeers(PeerReconciliation reconciliation, CatchUp catchingUp) {
        var rounds = meters.counter("discovery.peer.comparisons");
        var learned = meters.counter("discovery.peer.learned");
        ReconciliationInterval pace = new ReconciliationInterval(PEERS_DIFFER);
        PeriodicTask loop = new PeriodicTask(
                "discovery-peers",
                PEERS_DIFFER,
                () -> pace.after(() -> {
                    PeerReconciliation.Result result = catchingUp.meeting(reconciliation::round);
                    rounds.increment();
                    learned.increment(result.learned());
                    return result.isEqual() && isSettled(catchingUp);
                }));
        endings.push(loop::close);
        return loop;
    }

    /** Returns whether no read waits for the next comparison: refused reads do. */
    private boolean isSettled(CatchUp catchingUp) {
        return readiness.isComplete() ? !catchingUp.isBehind() : catchingUp.hasMetAll();
    }

    /** Tells subscribers what has changed, when it has. */
    private void announce(Subscriptions subscriptions, ClusterClock clock) {
        PeriodicTask announcing = new PeriodicTask(
                "discovery-subscriptions", CLOCK_PERIOD, new ChangeNotifier(subscriptions, clock::nowMicros)::look);
        subscriptions.onMark(announcing::nudge);
        endings.push(announcing::close);
    }

    private void every(Duration period, String name, Runnable task) {
        endings.push(PeriodicTask.every(period, "discovery-" + name, task)::close);
    }

    private void logStart(HazelcastCluster cluster, Optional<StorageBackend> backend) {
        StartLog.write(
                settings,
                cluster.members(),
                port,
                backend.map(StorageBackend::description).orElse("none: the registry lives as long as one member does"));
    }

    /**
     * Stops in order: tells load balancers and serves on for a while, stops accepting, finishes what is in flight, writes
     * what waits, hands over its partitions. Blocks, for the delay and at most about a minute.
     */
    public void stop() {
        readiness.enter(Readiness.Phase.DRAINING);
        onDraining.run();
        Duration delay = settings.cluster().shutdownDelay();
        log.info("stopping: serving on for {} s while load balancers look away", delay.toSeconds());
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        end();
        log.info("stopped");
    }

    private void end() {
        readiness.enter(Readiness.Phase.DRAINING);
        while (!endings.isEmpty()) {
            try {
                endings.pop().run();
            } catch (RuntimeException failed) {
                log.warn("a step of the stop failed: {}", failed.toString(), failed);
            }
        }
        readiness.enter(Readiness.Phase.STOPPED);
    }
}
