package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import java.util.concurrent.atomic.AtomicLong;

/** Memory of all {@link PendingHeads}. Safe for all threads. */
final class Heads {

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

    long bytes() {
        return bytes.get();
    }
}
