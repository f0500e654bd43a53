package io.discovery.member;

import io.discovery.cluster.HazelcastCluster;
import io.discovery.durability.BackendSync;
import io.discovery.process.PeriodicTask;
import io.discovery.reconciliation.CatchUp;
import io.discovery.reconciliation.MapReconciliation;
import io.discovery.reconciliation.PeerReconciliation;
import io.discovery.reconciliation.ReconciliationInterval;
import io.discovery.reconciliation.ReconciliationMeters;
import io.discovery.store.hazelcast.HazelcastPeerCopies;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The loops that keep a member's copy equal to those of its peers and to the map: every few seconds, and at once when
 * members come or go.
 */
final class MemberReconciliation {

    private static final Duration LISTENER_PERIOD = Duration.ofSeconds(1);
    private static final Duration LOADED_PERIOD = Duration.ofSeconds(5);
    /** The pause between comparisons with peers while copies differ: clients see the difference. */
    private static final Duration PEERS_DIFFER = Duration.ofMillis(250);

    private final MemberAssembly assembly;
    private final MemberCluster joined;
    private final MemberRegistry registry;
    private final MapReconciliation map;

    MemberReconciliation(MemberAssembly assembly, MemberCluster joined, MemberRegistry registry) {
        this.assembly = assembly;
        this.joined = joined;
        this.registry = registry;
        this.map = new MapReconciliation(
                registry.store(),
                registry.copy(),
                registry.clock(),
                assembly.settings().lease(),
                registry.catchUp()::fromTheMap);
    }

    MapReconciliation map() {
        return map;
    }

    /**
     * Begins the loops. A merge from here on asks for another comparison.
     *
     * @param backend to be told of members that come or go
     * @param onExpulsion called with the reason, on another thread, if the cluster has other settings after all or is
     *     gone
     */
    void begin(BackendSync backend, Consumer<String> onExpulsion) {
        CatchUp catchUp = registry.catchUp();
        PeriodicTask peers = comparePeers();
        registry.pauses().onLong(() -> {
            catchUp.stoodStill();
            peers.nudge();
        });
        PeriodicTask comparing = compareMap();
        HazelcastCluster cluster = joined.cluster();
        // Not by the same thread: it may wait for a member that is silent, and comparing must not.
        assembly.every(LOADED_PERIOD, "loaded", () -> {
            if (assembly.readiness().isComplete()) {
                cluster.noteLoaded();
                cluster.noteOpen();
            }
        });
        PeriodicTask listener = PeriodicTask.every(LISTENER_PERIOD, "discovery-writes", registry.writes()::adjust);
        assembly.onStop(listener::close);
        Runnable unrest = () -> {
            catchUp.unrest();
            peers.nudge();
            comparing.nudge();
            registry.writes().unrest();
            listener.nudge();
            backend.unrest();
        };
        assembly.calls().run("the member listens to losses", () -> cluster.onLoss(unrest));
        cluster.onUnrest(unrest, catchUp, onExpulsion);
        // What came before anybody listened.
        catchUp.unrest();
        peers.nudge();
    }

    /** Compares this member's copy with the map every few seconds, and at once when copies may have been lost. */
    private PeriodicTask compareMap() {
        CatchUp catchUp = registry.catchUp();
        var counters = new ReconciliationMeters(assembly.meters());
        ReconciliationInterval pace = new ReconciliationInterval();
        BooleanSupplier round = () -> {
            long number =
                    registry.clock().nowMicros() / TimeUnit.NANOSECONDS.toMicros(ReconciliationInterval.CALM.toNanos());
            MapReconciliation.Result result =
                    catchUp.comparing(() -> map.round(joined.cluster().turn(number)));
            counters.add(result);
            return result.isEqual();
        };
        PeriodicTask loop = new PeriodicTask(
                "discovery-reconciliation",
                ReconciliationInterval.UNREST,
                () -> assembly.readiness().isComplete() && !catchUp.isMeetingPeers()
                        ? pace.after(round)
                        : ReconciliationInterval.UNREST);
        assembly.onStop(loop::close);
        return loop;
    }

    /**
     * Compares this member's copy with those of its peers every few seconds, and at once when members come or go. Until the
     * member listens to events again, which takes a second where members are busy, comparisons are all that tells it of
     * writes whose copies are on their way.
     */
    private PeriodicTask comparePeers() {
        CatchUp catchUp = registry.catchUp();
        PeerReconciliation peers = new PeerReconciliation(
                new HazelcastPeerCopies(joined.hazelcast(), registry.copy()),
                registry.copy(),
                registry.clock(),
                assembly.settings().lease(),
                catchUp);
        var rounds = assembly.meters().counter("discovery.peer.comparisons");
        var learned = assembly.meters().counter("discovery.peer.learned");
        EqualCopies equal = new EqualCopies(System::nanoTime);
        assembly.meters().gauge("discovery.peer.equal.age.seconds", equal::ageSeconds);
        ReconciliationInterval pace = new ReconciliationInterval(PEERS_DIFFER);
        PeriodicTask loop = new PeriodicTask(
                "discovery-peers",
                PEERS_DIFFER,
                () -> pace.after(() -> {
                    // Asked before: what is missed during a comparison is for the next.
                    boolean hearsAll = !registry.writes().mayMissWrites();
                    PeerReconciliation.Result result = catchUp.meeting(peers::round);
                    rounds.increment();
                    learned.increment(result.learned());
                    equal.compared(result);
                    return result.isEqual() && isSettled() && hearsAll;
                }));
        assembly.onStop(loop::close);
        return loop;
    }

    /** Returns whether no read waits for the next comparison: refused reads do. */
    private boolean isSettled() {
        CatchUp catchUp = registry.catchUp();
        return assembly.readiness().isComplete() ? !catchUp.isBehind() : catchUp.hasMetAll();
    }
}
