package io.discovery.simulation;

import io.discovery.cluster.ClusterClock;
import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.member.DirectoryReadCopy;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.reconciliation.CatchUp;
import io.discovery.reconciliation.MapReconciliation;
import io.discovery.reconciliation.MissingMembers;
import io.discovery.reconciliation.PeerReconciliation;
import io.discovery.registry.Deadline;
import io.discovery.registry.Divergence;
import io.discovery.registry.ProcessPauseDetector;
import io.discovery.registry.ReadCopy;
import io.discovery.registry.Registry;
import io.discovery.subscription.Subscriptions;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** The product's parts of a member, joined as MemberRegistry and MemberReconciliation join them. */
final class Parts {

    private static final Duration REQUEST_DEADLINE = Duration.ofSeconds(1);
    private static final Duration PEERS_PATIENCE = Duration.ofSeconds(3);

    final ClusterClock clock;
    final Directory directory;
    final Subscriptions subscriptions;
    final Readiness readiness = new Readiness();
    final ReadCopy copy;
    final ProcessPauseDetector pauses;
    final MissingMembers missing;
    final CatchUp catchUp;
    final Divergence divergence;
    final MapPort map;
    final Registry registry;
    final MapReconciliation withMap;
    final PeerReconciliation withPeers;

    Parts(Member member, World world) {
        Lease lease = world.lease();
        Machine machine = member.machine();
        clock = new ClusterClock(
                new ReferencePort(member),
                machine::wallMicros,
                machine::nanoTime,
                member.versionId(),
                Duration.of(lease.ttlMicros(), ChronoUnit.MICROS));
        directory = new Directory(
                lease,
                ExpiryProtection.OFF,
                () -> member.isBuilt() ? world.wiring().directoryMicros(member) : clock.nowMicros(),
                clock::clusterMicros,
                CacheBudget.unlimited());
        subscriptions = new Subscriptions(directory, clock::nowMicros);
        copy = world.wiring().readCopy(new DirectoryReadCopy(directory, subscriptions));
        pauses = new ProcessPauseDetector(REQUEST_DEADLINE, PEERS_PATIENCE, machine::nanoTime, machine::wallMillis);
        PeerPort peers = new PeerPort(member);
        missing = missing(member, peers, lease);
        catchUp = new CatchUp(readiness, subscriptions, member::peerIds, missing, pauses, clock, machine::nanoTime);
        divergence = world.wiring().divergence(catchUp);
        map = new MapPort(member, lease);
        NotingClock noting = new NotingClock(clock, world.promises());
        registry = new Registry(
                map,
                copy,
                noting,
                directory::listingLease,
                deadline(machine),
                new Registry.Conditions(readiness::isComplete, pauses, (change, known) -> null, divergence));
        withMap = new MapReconciliation(map, copy, clock, lease, catchUp::fromTheMap);
        withPeers = new PeerReconciliation(peers, copy, clock, lease, catchUp);
        directory.onChange(registration -> world.promises().changed(member, registration));
    }

    /** By the machine's clock: what a client waits for is the client's own matter here. */
    private static Deadline deadline(Machine machine) {
        return new Deadline() {
            @Override
            public BooleanSupplier start() {
                long end = machine.nanoTime() + REQUEST_DEADLINE.toNanos();
                return () -> machine.nanoTime() - end >= 0;
            }

            @Override
            public <T> Future<T> limit(Future<T> changes) {
                return changes;
            }
        };
    }

    private static MissingMembers missing(Member member, PeerPort peers, Lease lease) {
        return new MissingMembers(
                () -> member.group().members().stream().collect(Collectors.toMap(Member::id, Member::name)),
                () -> member.wiring().missingElsewhere(peers.missing()),
                (id, ifStopped) -> {},
                Duration.of(lease.retentionMicros(), ChronoUnit.MICROS),
                member.machine()::nanoTime);
    }
}
