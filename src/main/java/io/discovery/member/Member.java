package io.discovery.member;

import io.discovery.audit.AuditLog;
import io.discovery.audit.UnusableAuditLogException;
import io.discovery.auth.AuthFile.UnusableAuthFileException;
import io.discovery.cluster.ClusterException;
import io.discovery.cluster.SharedWriter;
import io.discovery.config.Settings;
import io.discovery.directory.Readiness;
import io.discovery.dns.CannotServeDnsException;
import io.discovery.durability.BackendSync;
import io.discovery.durability.BackendTime;
import io.discovery.http.CannotListenException;
import io.discovery.http.HttpEndpoint;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.process.LogFormat;
import io.discovery.process.PeriodicTask;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.store.hazelcast.HazelcastStoredCopies;
import io.discovery.subscription.ChangeNotifier;
import io.discovery.telemetry.Statsd;
import io.discovery.tls.TlsException;
import io.discovery.tracing.Tracing.UnusableTracingException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running member: everything built, floor by floor, and ended in the opposite order. {@link #start} and {@link #stop}
 * block and belong to one thread.
 */
public final class Member {

    private static final Logger log = LoggerFactory.getLogger(Member.class);
    private static final Duration NOTIFIER_PERIOD = Duration.ofSeconds(1);
    /** The period in which a member looks whether it has merged, and has to read what is known of stored copies. */
    private static final Duration STORED_COPIES_PERIOD = Duration.ofSeconds(1);

    private static final Duration PROTECTION_PERIOD = Duration.ofSeconds(1);
    private static final Duration SAFETY_PERIOD = Duration.ofSeconds(5);
    private static final Duration HOUSEKEEPING_PERIOD = Duration.ofSeconds(5);

    private final MemberAssembly assembly;
    private final Consumer<String> onExpulsion;
    private @Nullable MemberServers servers;

    private Member(Settings settings, Consumer<String> onExpulsion) {
        this.assembly = new MemberAssembly(settings);
        this.onExpulsion = onExpulsion;
    }

    /**
     * Starts a member: joined and serving HTTP when this returns, open for reads a little later.
     *
     * @param backends of the same environment as the settings
     * @param onExpulsion called, later and on another thread, if the cluster has other settings after all or is gone
     * @throws CannotStartException if it cannot join, if its certificate or AUTH_FILE cannot be used, if one of its ports is taken, or if the storage backend or
     *     a variable of OpenTelemetry is unusable
     */
    public static Member start(Settings settings, Backends backends, Consumer<String> onExpulsion) {
        Member member = new Member(settings, onExpulsion);
        try {
            member.build(backends);
            return member;
        } catch (ClusterException
                | UnusableBackendException
                | CannotListenException
                | TlsException
                | CannotServeDnsException
                | UnusableAuditLogException
                | UnusableAuthFileException
                | UnusableTracingException refused) {
            member.assembly.end();
            throw new CannotStartException(refused);
        } catch (RuntimeException failed) {
            member.assembly.end();
            throw failed;
        }
    }

    /** Returns the port it serves HTTP on; 0 before the start. */
    public int port() {
        return servers == null ? 0 : servers.port();
    }

    /** Returns all endpoints of its HTTP server. */
    public List<HttpEndpoint> endpoints() {
        return servers == null ? List.of() : servers.endpoints();
    }

    public Readiness.Phase phase() {
        return assembly.readiness().phase();
    }

    private void build(Backends backends) {
        Settings settings = assembly.settings();
        assembly.begin();
        Statsd statsd = new Statsd(settings.statsd(), assembly.meters());
        // Nearly last: resolving the name of statsd's host may take long, and other members have taken over by then.
        assembly.onStop(statsd::flush);
        Lease longest = settings.longestLease();
        BackendTime time = new BackendTime(System::nanoTime, Duration.of(longest.retentionMicros(), ChronoUnit.MICROS));
        Retention retention = new Retention(longest, time::nowMicros, time::provenMicros);
        Optional<StorageBackend> storage = backends.open(settings, retention);
        storage.ifPresent(backend -> assembly.onStop(backend::close));
        Optional<StorageBackend> earlier = backends.earlier(settings, retention);
        earlier.ifPresent(backend -> assembly.onStop(backend::close));
        MemberTracing.prepare(settings);
        MemberCluster joined = MemberCluster.join(
                assembly, storage.filter(backend -> Backends.isTable(settings)).map(StorageBackend::description));
        LogFormat.setMember(joined.self().address());
        MemberTracing tracing = MemberTracing.begin(assembly, joined.self().address());
        AuditLog audit = AuditLogging.begin(settings.audit(), assembly, joined.self());
        MemberRegistry registry = new MemberRegistry(assembly, joined, tracing);
        time.follow(registry.clock());
        assembly.every(Statsd.PERIOD, "statsd", statsd::flush);
        BackendSync backend = backend(joined, registry, storage, earlier);
        assembly.onStop(backend::close);
        backend.register(assembly.meters());
        storage.ifPresent(registry.history()::keepIn);
        MemberServers serving = new MemberServers(assembly, joined, registry, backend, tracing, statsd, audit);
        servers = serving;
        notifySubscribers(registry);
        assembly.readiness().enter(Readiness.Phase.WARMING);
        StartLog.write(
                settings,
                joined.cluster().members(),
                serving.port(),
                storage.map(StorageBackend::description).orElse("none: the registry lives as long as one member does"));
        MemberReconciliation reconciliation = new MemberReconciliation(assembly, joined, registry);
        reconciliation.begin(backend, this::expelled);
        PartitionSafety safety = new PartitionSafety(joined.cluster());
        safety.register(assembly.meters());
        assembly.every(SAFETY_PERIOD, "partition-safety", safety::ask);
        warmUp(new WarmUp(
                settings,
                joined.cluster(),
                assembly.readiness(),
                reconciliation.map(),
                registry.catchUp()::hasMetAll,
                backend.loading(),
                registry.history()::begin));
        keepHouse(registry, backend, statsd);
    }

    private BackendSync backend(
            MemberCluster joined,
            MemberRegistry registry,
            Optional<StorageBackend> storage,
            Optional<StorageBackend> earlier) {
        SharedWriter writer = joined.cluster().writer();
        BackendSync.Parts parts = new BackendSync.Parts(
                assembly.settings(),
                joined.cluster(),
                registry.store(),
                registration -> writer.isSelf(registration.key().toString()),
                registry.directory(),
                registry.copy(),
                registry.clock(),
                registry.catchUp(),
                assembly.meters());
        BackendSync present = backend(joined, storage, parts);
        return earlier.map(backend -> present.movingFrom(backend, parts)).orElse(present);
    }

    private BackendSync backend(MemberCluster joined, Optional<StorageBackend> storage, BackendSync.Parts parts) {
        if (storage.isEmpty()) {
            forgetSharedBackend(joined);
            return BackendSync.none(joined.cluster());
        }
        StorageBackend backend = storage.get();
        return switch (backend.scope()) {
            case MEMBER -> {
                forgetSharedBackend(joined);
                yield BackendSync.own(backend, parts);
            }
            case SHARED -> BackendSync.shared(backend, storedCopies(joined), parts);
        };
    }

    /** Forgets, after a move from a backend that all members shared, what that one has: the next one has less. */
    private void forgetSharedBackend(MemberCluster joined) {
        if (assembly.settings().backend().before().isPresent()) {
            assembly.every(HOUSEKEEPING_PERIOD, "move", () -> {
                if (joined.cluster().forgetSharedBackend()) {
                    HazelcastStoredCopies.forgetAll(joined.hazelcast());
                }
            });
        }
    }

    private HazelcastStoredCopies storedCopies(MemberCluster joined) {
        HazelcastStoredCopies copies = assembly.calls()
                .make("the map of stored copies is opened", () -> new HazelcastStoredCopies(joined.hazelcast()));
        assembly.calls().run("what is known of stored copies is read", copies::follow);
        assembly.every(STORED_COPIES_PERIOD, "stored-copies", copies::look);
        return copies;
    }

    /** Tells subscribers what has changed, when it has. */
    private void notifySubscribers(MemberRegistry registry) {
        PeriodicTask notifying = new PeriodicTask(
                "discovery-subscriptions",
                NOTIFIER_PERIOD,
                new ChangeNotifier(registry.subscriptions(), registry.clock()::nowMicros)::look);
        registry.subscriptions().onMark(notifying::nudge);
        assembly.onStop(notifying::close);
    }

    private void expelled(String reason) {
        if (phase().compareTo(Readiness.Phase.DRAINING) < 0) {
            onExpulsion.accept(reason);
        }
    }

    private void warmUp(WarmUp warmUp) {
        Thread thread = new Thread(warmUp, "discovery-warm-up");
        thread.setDaemon(true);
        thread.start();
        assembly.onStop(() -> {
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

    private void keepHouse(MemberRegistry registry, BackendSync backend, Statsd statsd) {
        if (assembly.settings().registry().expiryProtection() == ExpiryProtection.ON) {
            ExpiryProtectionMonitor monitor = new ExpiryProtectionMonitor(registry.directory(), assembly.readiness());
            monitor.register(assembly.meters());
            assembly.every(PROTECTION_PERIOD, "protection", monitor::look);
        }
        ExpiryCounter expiries = new ExpiryCounter(
                registry.directory(),
                assembly.settings().lease(),
                registry.clock(),
                registry.store()::owns,
                statsd,
                assembly.meters());
        assembly.every(HOUSEKEEPING_PERIOD, "housekeeping", () -> {
            expiries.count();
            registry.history().look();
            registry.directory().sweep();
            backend.look();
        });
    }

    /**
     * Stops in order: tells load balancers and serves on for a while, stops accepting, finishes what is in flight,
     * writes what waits, hands over its partitions. Blocks, for the delay and at most about a minute.
     *
     * @throws IllegalStateException in the end, if a step failed; the log says which
     */
    public void stop() {
        assembly.readiness().enter(Readiness.Phase.DRAINING);
        boolean isReleased = servers == null || MemberAssembly.attempt(servers::release);
        Duration delay = assembly.settings().cluster().shutdownDelay();
        log.info("stopping: serving on for {} s while load balancers look away", delay.toSeconds());
        try {
            Thread.sleep(delay.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        if (!assembly.end() || !isReleased) {
            throw new IllegalStateException("a step of the stop failed");
        }
        log.info("stopped");
    }
}
