package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Memory of responses that clients have not read. A list for many clients is one array, and counts once. There is a
 * limit for all, and one for each connection, whose bytes count in both. Thread-safe.
 */
final class UnreadBudget {

    /** Divisor of the limit: the part by which it may be exceeded while another event loop makes room. */
    private static final int OVERFULL = 8;

    private static final int ROOMY_BELOW = 4;
    /** Divisor of the limit for one connection. */
    private static final int OF_ONE = 4;

    private final long most;
    private final HeapReserve heap;
    private final AtomicLong bytes = new AtomicLong();
    private final IdentityHashMap<byte[], Integer> holders = new IdentityHashMap<>();
    private final @Nullable UnreadBudget all;

    UnreadBudget(long most, HeapReserve heap) {
        this(most, heap, null);
    }

    private UnreadBudget(long most, HeapReserve heap, @Nullable UnreadBudget all) {
        this.most = most;
        this.heap = heap;
        this.all = all;
    }

    /** Returns the budget of one connection. */
    UnreadBudget ofOne() {
        return new UnreadBudget(most / OF_ONE, heap, this);
    }

    /** Returns the arrays that hold the bytes of a buffer, as far as they are known. */
    static List<byte[]> arrays(ByteBuf buffer) {
        return Arrays.stream(buffer.nioBuffers())
                .filter(ByteBuffer::hasArray)
                .map(ByteBuffer::array)
                .toList();
    }

    /** Returns the number of a buffer's bytes outside of known arrays. */
    static long beside(ByteBuf buffer) {
        return Arrays.stream(buffer.nioBuffers())
                .filter(part -> !part.hasArray())
                .mapToLong(ByteBuffer::remaining)
                .sum();
    }

    boolean isFull() {
        return bytes.get() > most();
    }

    /** Returns whether this is so full that no event loop may leave it to another to make room. */
    boolean isOverfull() {
        long limit = most();
        return bytes.get() > limit + limit / OVERFULL;
    }

    /** Returns whether there is room for longer slices: most clients read what they asked for. */
    boolean isRoomy() {
        return bytes.get() < most() / ROOMY_BELOW;
    }

    /**
     * Returns the limit. A connection keeps its share when the heap is scarce: of all responses, those that have waited
     * longest are to go.
     */
    private long most() {
        return all == null ? heap.passing(most) : most;
    }

    long bytes() {
        return bytes.get();
    }

    /** @param more bytes, negative for fewer */
    void add(long more) {
        bytes.addAndGet(more);
        if (all != null) {
            all.add(more);
        }
    }

    synchronized void hold(byte[] shared) {
        if (holders.merge(shared, 1, Integer::sum) == 1) {
            bytes.addAndGet(shared.length);
            if (all != null) {
                all.hold(shared);
            }
        }
    }

    synchronized void release(byte[] shared) {
        if (holders.computeIfPresent(shared, (same, count) -> count == 1 ? null : count - 1) == null) {
            bytes.addAndGet(-shared.length);
            if (all != null) {
                all.release(shared);
            }
        }
    }
}
