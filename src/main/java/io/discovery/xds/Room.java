package io.discovery.xds;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for the answers of all streams that are on their way to clients. Each is a copy of its own, and a few hundred clients
 * that come back at once, after another member has ended, say, would take more than there is. Who finds it full waits, and
 * those who wait are let in one by one, in the order of their coming. Safe for all threads.
 */
final class Room {

    private final long bytes;
    private final AtomicLong taken = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** @param bytes that may be taken, and the last answer of each event loop above that */
    Room(long bytes) {
        this.bytes = bytes;
    }

    boolean isFull() {
        return taken.get() >= bytes;
    }

    /** Bytes that are taken now. */
    long taken() {
        return taken.get();
    }

    /** How many wait to be let in. */
    int waiting() {
        return waiting.size();
    }

    /**
     * @param turn called once, on any thread, when there is room; whoever had it either takes some or calls {@link #letIn},
     *     so that those behind are not forgotten
     */
    void await(Runnable turn) {
        waiting.add(turn);
        // It may have been left meanwhile, by the last who will.
        letIn();
    }

    void take(long more) {
        taken.addAndGet(more);
        letIn();
    }

    void leave(long less) {
        taken.addAndGet(-less);
        letIn();
    }

    /** Lets the next one in, if there is room. */
    void letIn() {
        if (!isFull()) {
            Runnable turn = waiting.poll();
            if (turn != null) {
                turn.run();
            }
        }
    }
}
