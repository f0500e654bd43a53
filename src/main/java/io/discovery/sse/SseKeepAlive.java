package io.discovery.sse;

import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The keep-alive of one event loop's streams: each gets a comment every 15 s, so that clients and proxies see that it
 * lives. One timer serves all: each second it writes to the streams of one turn, a fifteenth of them. Confined to its
 * event loop.
 */
public final class SseKeepAlive {

    /** Seconds between two comments on the same stream. */
    public static final int TURNS = 15;

    private static final long PERIOD_MILLIS = 1_000;

    private final List<Set<SseWriter>> turns = IntStream.range(0, TURNS)
            .<Set<SseWriter>>mapToObj(turn -> new HashSet<>())
            .toList();
    private int now;
    private int last;

    /** Starts the timer on the event loop; it stops with the loop. */
    public static SseKeepAlive start(Vertx vertx) {
        SseKeepAlive keepAlive = new SseKeepAlive();
        vertx.setPeriodic(PERIOD_MILLIS, second -> keepAlive.writeComments());
        return keepAlive;
    }

    /** Adds a stream; returns its turn, for {@link #leave}. */
    public int enter(SseWriter writer) {
        last = (last + 1) % TURNS;
        turns.get(last).add(writer);
        return last;
    }

    public void leave(SseWriter writer, int turn) {
        turns.get(turn).remove(writer);
    }

    /** Returns all open streams. */
    public List<SseWriter> writers() {
        return turns.stream().flatMap(Set::stream).toList();
    }

    void writeComments() {
        now = (now + 1) % TURNS;
        // A write may end a stream, which then leaves the set.
        List.copyOf(turns.get(now)).forEach(SseWriter::keepAlive);
    }
}
