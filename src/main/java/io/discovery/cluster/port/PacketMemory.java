package io.discovery.cluster.port;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that packets may take while they arrive, over all connections. A packet announces its length at its
 * beginning; it takes memory as its bytes come, and never more than it announced. Thread-safe.
 */
final class PacketMemory {

    /**
     * Size in bytes up to which no packet is too large. The largest packets that members send are the copies of a
     * partition, which come in pieces of {@code hazelcast.partition.migration.chunks.max.migrating.data.in.mb}, and the
     * registrations of some buckets in one partition.
     */
    private static final long LARGEST_AT_LEAST = 64L << 20;

    private static final int LARGEST_SHARE = 8;
    private static final int ALL_SHARE = 4;

    private final long mostOfOne;
    private final long mostOfAll;
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong largest = new AtomicLong();

    /** @param heap maximum size of the heap, in bytes */
    PacketMemory(long heap) {
        this.mostOfOne = Math.min(Integer.MAX_VALUE - 16, Math.max(LARGEST_AT_LEAST, heap / LARGEST_SHARE));
        this.mostOfAll = Math.max(mostOfOne, heap / ALL_SHARE);
    }

    /** Returns the maximum size of a packet, in bytes. */
    long mostOfOne() {
        return mostOfOne;
    }

    /**
     * Takes memory for a packet.
     *
     * @return false if packets would then hold more than they may; nothing was taken then
     */
    boolean take(long bytes) {
        if (held.addAndGet(bytes) <= mostOfAll) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        held.addAndGet(-bytes);
    }

    void arrived(int bytes) {
        if (bytes > largest.get()) {
            largest.accumulateAndGet(bytes, Math::max);
        }
    }

    long held() {
        return held.get();
    }

    long largest() {
        return largest.get();
    }
}
