package io.discovery.xds;

import io.discovery.memory.HeapReserve;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Memory that all clients of a member share for one purpose: subscriptions, responses or incoming requests. When it is
 * full, a client is refused or waits; waiting clients resume one by one, first come, first served, but a client that
 * arrives when there is room does not queue. Thread-safe.
 */
final class MemoryBudget {

    private final LongSupplier bytes;
    private final HeapReserve heap;
    private final AtomicLong taken = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    private MemoryBudget(LongSupplier bytes, HeapReserve heap) {
        this.bytes = bytes;
        this.heap = heap;
        heap.onRelief(this::letIn);
    }

    /**
     * Returns a budget for memory that clients may keep for as long as they like.
     *
     * @param bytes soft limit, since each thread may exceed it by one piece
     */
    static MemoryBudget lasting(long bytes, HeapReserve heap) {
        return new MemoryBudget(() -> heap.lasting(bytes), heap);
    }

    /**
     * Returns a budget for memory that is free again within seconds.
     *
     * @param bytes soft limit, since each thread may exceed it by one piece
     */
    static MemoryBudget passing(long bytes, HeapReserve heap) {
        return new MemoryBudget(() -> heap.passing(bytes), heap);
    }

    /** Returns a limit on a number of things, independent of the heap. */
    static MemoryBudget of(long count) {
        return new MemoryBudget(() -> count, new HeapReserve(Long.MAX_VALUE));
    }

    /** Returns why the budget is smaller than configured, or null if it is not. */
    @Nullable
    String whyScarce() {
        return heap.whyScarce();
    }

    boolean isFull() {
        return taken.get() >= bytes.getAsLong();
    }

    /** Returns the bytes in use. */
    long taken() {
        return taken.get();
    }

    /** Returns the number of waiting clients. */
    int waiting() {
        return waiting.size();
    }

    /**
     * Queues a client.
     *
     * @param turn called once, on any thread, when there is room; it calls {@link #letIn} in the end, so that the next
     *     in the queue resumes if this one took nothing
     */
    void await(Runnable turn) {
        waiting.add(turn);
        // The last holder may have left before the client was queued.
        letIn();
    }

    /** Removes a client from the queue. */
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

    /** Resumes the next client if there is room. */
    void letIn() {
        if (!isFull()) {
            Runnable turn = waiting.poll();
            if (turn != null) {
                turn.run();
            }
        }
    }
}
