package io.discovery.member;

import com.hazelcast.core.HazelcastInstance;
import io.discovery.cluster.ClusterClock;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.OldestMemberClock;
import io.discovery.cluster.PeerLosses;
import io.discovery.config.Settings;
import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.reconciliation.CatchUp;
import io.discovery.reconciliation.MissingMembers;
import io.discovery.registry.ProcessPauseDetector;
import io.discovery.registry.ReadCopy;
import io.discovery.registry.Registry;
import io.discovery.registry.RequestDeadline;
import io.discovery.store.hazelcast.HazelcastStore;
import io.discovery.store.hazelcast.WriteListener;
import io.discovery.subscription.Subscriptions;
import io.discovery.telemetry.ChangeTracing;
import io.discovery.telemetry.Meters;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second floor of a member: the clock, the read copy and its subscriptions, the cluster's map, and the registry
 * over them.
 */
final class MemberRegistry {

    private static final Logger log = LoggerFactory.getLogger(MemberRegistry.class);
    private static final Duration CLOCK_PERIOD = Duration.ofSeconds(1);
    /** Beside registrations, which may take half, it leaves the heap short of what is scarce. */
    private static final int RENDERINGS_SHARE = 8;

    private final MemberAssembly assembly;
    private final ClusterClock clock;
    private final CacheBudget renderings;
    private final Directory directory;
    private final Subscriptions subscriptions;
    private final MemberHistory history;
    private final ReadCopy copy;
    private final HazelcastStore store;
    private final WriteListener writes;
    private final ProcessPauseDetector pauses;
    private final CatchUp catchUp;
    private final Registry registry;

    /** Opens the cluster's map, and listens to its writes. Blocks. */
    MemberRegistry(MemberAssembly assembly, MemberCluster joined, MemberTracing tracing) {
        this.assembly = assembly;
        HazelcastInstance hazelcast = joined.hazelcast();
        HazelcastCluster cluster = joined.cluster();
        Settings settings = assembly.settings();
        Lease lease = settings.lease();
        clock = clock(new OldestMemberClock(hazelcast), joined.versionId());
        renderings = new CacheBudget(Runtime.getRuntime().maxMemory() / RENDERINGS_SHARE, assembly.heap());
        directory = new Directory(
                lease, settings.registry().expiryProtection(), clock::nowMicros, clock::clusterMicros, renderings);
        subscriptions = new Subscriptions(directory, clock::nowMicros);
        history = new MemberHistory(assembly, joined, directory, clock);
        if (tracing.watchers() != null) {
            subscriptions.watchDeliveries(tracing.watchers());
        }
        copy = new DirectoryReadCopy(
                directory, subscriptions, history::restoring, showing(directory, tracing.changes()));
        pauses = new ProcessPauseDetector(
                settings.registry().requestDeadline(),
                HazelcastCluster.PATIENCE,
                System::nanoTime,
                System::currentTimeMillis);
        assembly.every(ProcessPauseDetector.PERIOD, "signs-of-life", pauses::sign);
        catchUp = new CatchUp(
                assembly.readiness(),
                subscriptions,
                () -> hazelcast.getCluster().getMembers(),
                missing(cluster, new PeerLosses(hazelcast), lease),
                pauses,
                clock,
                System::nanoTime);
        store = assembly.calls()
                .make(
                        "the registry's map is opened",
                        () -> new HazelcastStore(hazelcast, clock, lease, catchUp::mayLackRenewals, tracing.changes()));
        // Before the first comparison: what is written after it comes as an event, what was before it is found.
        writes = store.onWrite(directory::merge, () -> MemberVertx.await(cluster.partitionsSafe()));
        assembly.calls().run("the member listens to writes", writes::adjust);
        catchUp.onCaughtUp(history::beginAnew);
        assembly.every(CLOCK_PERIOD, "clock", catchUp::adjustClock);
        registry = registry(settings);
        register(assembly.meters());
        MemberMeters.register(assembly.meters(), directory, cluster, assembly.readiness(), clock);
    }

    /** Returns how a change that this member has made is shown to its readers. */
    private static Consumer<Registration> showing(Directory directory, @Nullable ChangeTracing tracing) {
        return tracing == null ? directory::merge : registration -> tracing.show(() -> directory.merge(registration));
    }

    /** Waits for the oldest member's time: with its own wall clock a member could be far from the others. */
    private ClusterClock clock(OldestMemberClock reference, long versionId) {
        if (!assembly.calls()
                .await(
                        "the oldest member tells the time",
                        () -> !(reference.look() instanceof ClusterClock.Reading.None))) {
            log.warn("the oldest member does not tell the time: this member begins with its own wall clock");
        }
        ClusterClock clock = new ClusterClock(
                reference,
                OldestMemberClock::wallMicros,
                System::nanoTime,
                versionId,
                Duration.of(assembly.settings().lease().ttlMicros(), ChronoUnit.MICROS));
        reference.answer(clock);
        return clock;
    }

    /** Returns the record of members that this one and its peers miss, which peers may ask from now on. */
    private static MissingMembers missing(HazelcastCluster cluster, PeerLosses peers, Lease lease) {
        MissingMembers missing = new MissingMembers(
                cluster::addresses,
                peers::ask,
                cluster::ifStopped,
                Duration.of(lease.retentionMicros(), ChronoUnit.MICROS),
                System::nanoTime);
        peers.answer(missing::tell);
        return missing;
    }

    private Registry registry(Settings settings) {
        RegistrationMemoryLimit memory = new RegistrationMemoryLimit(directory, assembly.heap());
        memory.register(assembly.meters());
        RegistrationCountLimit count = new RegistrationCountLimit(
                directory, settings.registry().mostHosts(), settings.registry().mostServices(), System::nanoTime);
        count.register(assembly.meters());
        return new Registry(
                store,
                copy,
                clock,
                this::listingLease,
                new RequestDeadline(settings.registry().requestDeadline()),
                new Registry.Conditions(assembly.readiness()::isComplete, pauses, memory.and(count), catchUp));
    }

    /** Returns the longest lease until all is loaded: lapsed hosts cannot be counted before. */
    private Lease listingLease() {
        return assembly.readiness().isComplete()
                ? directory.listingLease()
                : assembly.settings().longestLease();
    }

    private void register(Meters meters) {
        meters.gauge("discovery.renderings.bytes", renderings::bytes);
        meters.counter("discovery.standstills", pauses::count);
        meters.gauge("discovery.changes.in.flight", registry::changesInFlight);
        meters.counter("discovery.changes.refused", registry::changesRefused);
    }

    ClusterClock clock() {
        return clock;
    }

    /** Returns the memory for what can be rendered again. */
    CacheBudget renderings() {
        return renderings;
    }

    Directory directory() {
        return directory;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    MemberHistory history() {
        return history;
    }

    ReadCopy copy() {
        return copy;
    }

    HazelcastStore store() {
        return store;
    }

    WriteListener writes() {
        return writes;
    }

    ProcessPauseDetector pauses() {
        return pauses;
    }

    CatchUp catchUp() {
        return catchUp;
    }

    Registry registry() {
        return registry;
    }
}
