package io.discovery.faults;

import io.discovery.history.History;
import io.discovery.history.History.Split;
import java.time.Duration;
import java.util.Set;

/** Faults of the links between members. Each lasts a time, and is healed then. */
final class LinkFaults {

    /** The shortest silence after which a member may suspect another: the heartbeats' timeout without an interval. */
    private static final Duration SUSPICION = Duration.ofSeconds(3);
    /**
     * The time from a suspicion to the list of members without the suspect, and some more. A member that suspects the oldest
     * one sends it no heartbeats from then on, and the oldest one removes it after 4 s of silence.
     */
    private static final Duration PARTING = Duration.ofSeconds(6);
    /** The silence after which the others have agreed to go on without a member, whichever it is. */
    private static final Duration AGREEMENT = Duration.ofSeconds(6);

    private final FaultyCluster cluster;
    private final Network network;
    private final History history;

    LinkFaults(FaultyCluster cluster, Network network, History history) {
        this.cluster = cluster;
        this.network = network;
        this.history = history;
    }

    /** Lets the packets between one member and all others vanish. */
    void cutOff(int victim, Duration time) {
        during(time, () -> betweenPairs((a, b) -> a == victim || b == victim, network::drop));
    }

    /** Resets and refuses the connections between one member and all others. */
    void refuse(int victim, Duration time) {
        during(time, () -> betweenPairs((a, b) -> a == victim || b == victim, network::refuse));
    }

    void splitAll(Duration time) {
        during(time, () -> betweenPairs((a, b) -> true, network::drop));
    }

    /** Lets the packets between some members and all others vanish. */
    void halves(Set<Integer> half, Duration time) {
        during(time, () -> betweenPairs((a, b) -> half.contains(a) != half.contains(b), network::drop));
    }

    void oneWay(int from, int to, Duration time) {
        during(time, () -> network.drop(from, to));
    }

    void lossy(int percent, Duration time) {
        during(time, () -> betweenPairs((a, b) -> true, (a, b) -> network.lose(a, b, percent)));
    }

    void slow(String rate, Duration time) {
        during(rate, () -> Pause.of(time));
    }

    /** Slows all links down while something happens. */
    void during(String rate, Runnable what) {
        long from = System.nanoTime();
        try {
            cluster.present().forEach(n -> network.slow(n, rate));
            what.run();
        } finally {
            heal(from);
        }
    }

    /** Lets the packets from one member to all others vanish while something happens. */
    void duringSilenceOf(int victim, Runnable what) {
        long from = System.nanoTime();
        try {
            betweenPairs((a, b) -> a == victim, network::drop);
            what.run();
        } finally {
            heal(from);
        }
    }

    private void during(Duration time, Runnable fault) {
        long from = System.nanoTime();
        try {
            fault.run();
            Pause.of(time);
        } finally {
            heal(from);
        }
    }

    /**
     * Heals the links, and waits until they have no more effect: what was lost is delivered, and a member that suspected
     * another meanwhile has parted from it.
     */
    private void heal(long from) {
        network.heal();
        network.awaitDelivery(Duration.ofNanos(System.nanoTime() - from));
        if (System.nanoTime() - from > SUSPICION.toNanos()) {
            Pause.of(PARTING);
        }
        history.add(new Split(from, System.nanoTime()));
    }

    /**
     * Waits after a member stood still, until a member that suspected it just before it woke has parted from it. That member
     * may be alone then for some seconds, although no link was at fault.
     *
     * @param from the time from which the member stood still
     * @param until the time at which it woke
     */
    void awaitParting(long from, long until) {
        long silence = until - from;
        if (silence > SUSPICION.toNanos() && silence < AGREEMENT.toNanos()) {
            Pause.of(PARTING);
            history.add(new Split(from, System.nanoTime()));
        }
    }

    private interface Pair {
        boolean test(int from, int to);
    }

    private interface OnPair {
        void accept(int from, int to);
    }

    private void betweenPairs(Pair which, OnPair what) {
        for (int from : cluster.present()) {
            for (int to : cluster.present()) {
                if (from != to && which.test(from, to)) {
                    what.accept(from, to);
                }
            }
        }
    }
}
