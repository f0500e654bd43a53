package io.discovery.xds;

import io.discovery.memory.HeapReserve;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Memory that all clients of a member share, for one purpose: what they hold, what they are sent, what has come of their
 * requests. Who finds it full is refused, or may wait: those who do are let in one by one, in the order of their coming; who
 * comes when there is room takes it. Safe for all threads.
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
     * For what is kept as long as clients like.
     *
     * @param bytes that may be taken, and a last piece by each thread above that
     */
    static MemoryBudget lasting(long bytes, HeapReserve heap) {
        return new MemoryBudget(() -> heap.lasting(bytes), heap);
    }

    /**
     * For what passes within seconds.
     *
     * @param bytes that may be taken, and a last piece by each thread above that
     */
    static MemoryBudget passing(long bytes, HeapReserve heap) {
        return new MemoryBudget(() -> heap.passing(bytes), heap);
    }

    /** For so many, of whatever it is, however much of the heap is left. */
    static MemoryBudget of(long count) {
        return new MemoryBudget(() -> count, new HeapReserve(Long.MAX_VALUE));
    }

    /** Why there may be less than otherwise; null if there is all. */
    @Nullable
    String whyScarce() {
        return heap.whyScarce();
    }

    boolean isFull() {
        return taken.get() >= bytes.getAsLong();
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
