package io.discovery.connections;

import java.util.IdentityHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory of answers that wait for clients to read. A list that many wait for is one array, and counts once. Safe for all
 * threads.
 */
final class Unread {

    private static final int ROOMY_BELOW = 4;

    private final long most;
    private final AtomicLong bytes = new AtomicLong();
    private final IdentityHashMap<byte[], Integer> holders = new IdentityHashMap<>();

    Unread(long most) {
        this.most = most;
    }

    boolean isFull() {
        return bytes.get() > most;
    }

    /** Whether there is so much room that who reads well may have more of it: most clients take what they asked for. */
    boolean isRoomy() {
        return bytes.get() < most / ROOMY_BELOW;
    }

    long bytes() {
        return bytes.get();
    }

    /** @param more negative if they are less */
    void add(long more) {
        bytes.addAndGet(more);
    }

    synchronized void hold(byte[] shared) {
        if (holders.merge(shared, 1, Integer::sum) == 1) {
            bytes.addAndGet(shared.length);
        }
    }

    synchronized void release(byte[] shared) {
        if (holders.computeIfPresent(shared, (same, count) -> count == 1 ? null : count - 1) == null) {
            bytes.addAndGet(-shared.length);
        }
    }
}
