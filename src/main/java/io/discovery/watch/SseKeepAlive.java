package io.discovery.watch;

import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A comment to each stream of an event loop every 15 s, so that clients and what lies between see that it lives. One timer for
 * all: each second those of one turn have theirs, so that they do not come all at once. Belongs to its event loop.
 */
final class SseKeepAlive {

    /** Seconds between two comments to the same stream. */
    static final int TURNS = 15;

    private static final long PERIOD_MILLIS = 1_000;

    private final List<Set<SseWriter>> turns = IntStream.range(0, TURNS)
            .<Set<SseWriter>>mapToObj(turn -> new HashSet<>())
            .toList();
    private int now;
    private int last;

    /** On its event loop; the timer goes on until that ends. */
    static SseKeepAlive start(Vertx vertx) {
        SseKeepAlive pulse = new SseKeepAlive();
        vertx.setPeriodic(PERIOD_MILLIS, second -> pulse.beat());
        return pulse;
    }

    /**
     * Answers the turn, by which it {@link #leave}s.
     */
    int enter(SseWriter outlet) {
        last = (last + 1) % TURNS;
        turns.get(last).add(outlet);
        return last;
    }

    void leave(SseWriter outlet, int turn) {
        turns.get(turn).remove(outlet);
    }

    /** All that are open. */
    List<SseWriter> outlets() {
        return turns.stream().flatMap(Set::stream).toList();
    }

    void beat() {
        now = (now + 1) % TURNS;
        // Some end by it, and leave.
        List.copyOf(turns.get(now)).forEach(SseWriter::pulse);
    }
}
