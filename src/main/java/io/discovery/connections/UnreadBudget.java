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
 * Memory of answers that wait for clients to read. A list that many wait for is one array, and counts once. All have a limit,
 * and so have those of one connection, which count in both. Safe for all threads.
 */
final class UnreadBudget {

    private static final int ROOMY_BELOW = 4;
    /** One connection may hold this share. */
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

    /** That of one connection. */
    UnreadBudget ofOne() {
        return new UnreadBudget(most / OF_ONE, heap, this);
    }

    /** What holds the bytes of a buffer, where that is known. */
    static List<byte[]> arrays(ByteBuf buffer) {
        return Arrays.stream(buffer.nioBuffers())
                .filter(ByteBuffer::hasArray)
                .map(ByteBuffer::array)
                .toList();
    }

    /** How many bytes of a buffer no array holds. */
    static long beside(ByteBuf buffer) {
        return Arrays.stream(buffer.nioBuffers())
                .filter(part -> !part.hasArray())
                .mapToLong(ByteBuffer::remaining)
                .sum();
    }

    boolean isFull() {
        return bytes.get() > most();
    }

    /** Whether there is so much room that who reads well may have more of it: most clients take what they asked for. */
    boolean isRoomy() {
        return bytes.get() < most() / ROOMY_BELOW;
    }

    /** One connection keeps its share when the heap is scarce: of all, those who have waited longest are to go. */
    private long most() {
        return all == null ? heap.passing(most) : most;
    }

    long bytes() {
        return bytes.get();
    }

    /** @param more negative if they are less */
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
