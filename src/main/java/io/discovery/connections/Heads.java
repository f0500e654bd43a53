package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import java.util.concurrent.atomic.AtomicLong;

/** Memory of all {@link PendingHeads}. Safe for all threads. */
final class Heads {

    /** Divisor of the limit: the part by which the budget may be exceeded while another event loop makes room. */
    private static final int OVERFULL = 8;

    private final long most;
    private final HeapReserve heap;
    private final AtomicLong bytes = new AtomicLong();

    /** @param most bytes */
    Heads(long most, HeapReserve heap) {
        this.most = most;
        this.heap = heap;
    }

    /** @param more negative if they are less */
    void add(long more) {
        bytes.addAndGet(more);
    }

    boolean isFull() {
        return bytes.get() > heap.passing(most);
    }

    /** Returns whether this is so full that no event loop may leave it to another to make room. */
    boolean isOverfull() {
        long limit = heap.passing(most);
        return bytes.get() > limit + limit / OVERFULL;
    }

    long bytes() {
        return bytes.get();
    }
}
