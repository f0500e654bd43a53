package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.directory.Readiness.Phase;
import io.discovery.model.Buckets;
import io.discovery.reconciliation.MapReconciliation;
import io.discovery.reconciliation.PeerReconciliation;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The rounds of a member's threads, in the product's order and with its pauses. */
final class Loops {

    private static final long CALM = 5 * SECOND;
    private static final long UNREST = SECOND;
    private static final long PEERS_DIFFER = 250 * MILLISECOND;
    private static final long GATHERING = 2 * MILLISECOND;
    private static final long LONGEST_LOOK = SECOND;
    private static final long CLOCK = SECOND;
    private static final long SIGNS = 250 * MILLISECOND;
    private static final long SWEEP = 10 * SECOND;
    private static final long WARM_UP = 50 * MILLISECOND;

    private final Member member;
    private final Parts parts;
    private final World world;
    private final Loop peers;
    private final Loop map;
    private final Loop look;

    Loops(Member member, Parts parts, World world) {
        this.member = member;
        this.parts = parts;
        this.world = world;
        this.peers = new Loop(member, this::comparePeers, UNREST);
        this.map = new Loop(member, this::compareMap, UNREST);
        this.look = new Loop(member, this::lookForChanges, UNREST);
    }

    void begin() {
        parts.readiness.enter(Phase.WARMING);
        parts.pauses.onLong(() -> {
            member.stoodStill();
            peers.nudge(0);
        });
        parts.subscriptions.onMark(() -> look.nudge(GATHERING));
        parts.catchUp.unrest();
        new Loop(member, this::sign, SIGNS).nudge(SIGNS);
        new Loop(member, this::adjustClock, CLOCK).nudge(CLOCK);
        new Loop(member, this::sweep, SWEEP).nudge(SWEEP);
        new Loop(member, this::warmUp, 10 * WARM_UP).nudge(WARM_UP);
        peers.nudge(0);
        map.nudge(UNREST);
        look.nudge(GATHERING);
    }

    /** Compares at once: members came or went. */
    void nudge() {
        peers.nudge(0);
        map.nudge(0);
    }

    private long sign() {
        parts.pauses.sign();
        return SIGNS;
    }

    private long adjustClock() {
        world.promises().read(member);
        parts.catchUp.adjustClock();
        world.promises().read(member);
        return CLOCK;
    }

    private long sweep() {
        world.wiring().sweep(member);
        return SWEEP;
    }

    private long lookForChanges() {
        long due = parts.subscriptions.look();
        long left = due == Long.MAX_VALUE ? LONGEST_LOOK : due - member.clock().nowMicros();
        return Math.max(0, Math.min(LONGEST_LOOK, left)) + GATHERING;
    }

    private long comparePeers() {
        PeerReconciliation.Result result = parts.catchUp.meeting(parts.withPeers::round);
        return result.isEqual() && isSettled() ? CALM : PEERS_DIFFER;
    }

    private boolean isSettled() {
        return parts.readiness.isComplete() ? !parts.catchUp.isBehind() : parts.catchUp.hasMetAll();
    }

    private long compareMap() {
        if (member.isMerging() || !parts.readiness.isComplete() || parts.catchUp.isMeetingPeers()) {
            return UNREST;
        }
        long number = member.clock().nowMicros() / CALM;
        MapReconciliation.Result result = parts.catchUp.comparing(() -> parts.withMap.round(turn(number)));
        return result.isEqual() ? CALM : UNREST;
    }

    /** Returns the buckets that this member gives back for all: one member a bucket, another one each time. */
    private BitSet turn(long number) {
        int count = member.group().size();
        int place = member.group().members().indexOf(member);
        BitSet turn = new BitSet();
        IntStream.range(0, Buckets.COUNT)
                .filter(bucket -> Math.floorMod(bucket + number, count) == place)
                .forEach(turn::set);
        return turn;
    }

    private long warmUp() {
        boolean isReady = areEnough() && world.wiring().opens(parts.catchUp.hasMetAll() && learnedFromMap());
        if (isReady && areEnough()) {
            parts.readiness.enter(Phase.OPEN);
            return TimeUnit.DAYS.toMicros(1);
        }
        return WARM_UP;
    }

    private boolean areEnough() {
        return member.group().size() >= world.enoughMembers();
    }

    private boolean learnedFromMap() {
        return !member.isMerging() && parts.withMap.round(new BitSet()).learned() == 0 && parts.catchUp.hasMetAll();
    }
}
