package io.discovery.xds;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory that all clients of a member share, for one purpose: what they hold, what they are sent, what has come of their
 * requests. Who finds it full is refused, or may wait: those who do are let in one by one, in the order of their coming; who
 * comes when there is room takes it. Safe for all threads.
 */
final class Room {

    private final long bytes;
    private final AtomicLong taken = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** @param bytes that may be taken, and a last piece by each thread above that */
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
     * @param turn called once, on any thread, when there is room; whoever had it calls {@link #letIn} in the end, so that
     *     those behind are not forgotten if it took none
     */
    void await(Runnable turn) {
        waiting.add(turn);
        // It may have been left meanwhile, by the last who will.
        letIn();
    }

    /** Ends the wait of one who does not want any more. */
    void forget(Runnable turn) {
        waiting.remove(turn);
    }

    void take(long more) {
        taken.addAndGet(more);
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
