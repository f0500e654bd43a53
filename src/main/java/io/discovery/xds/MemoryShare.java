package io.discovery.xds;

import org.jspecify.annotations.Nullable;

/** What one client has taken of a {@link MemoryBudget}: it all goes back when the client goes. Safe for all threads. */
final class MemoryShare implements AutoCloseable {

    private final MemoryBudget room;
    private long taken;
    private boolean isOver;

    MemoryShare(MemoryBudget room) {
        this.room = room;
    }

    /** Whether all clients together have taken what there is. */
    boolean isRoomFull() {
        return room.isFull();
    }

    /** Why there is less for all clients than otherwise; null if there is all. */
    @Nullable
    String whyRoomScarce() {
        return room.whyScarce();
    }

    /** Takes so many bytes more; after the end nothing is taken. */
    synchronized void take(long more) {
        if (!isOver) {
            taken += more;
            room.take(more);
        }
    }

    /** Gives back so many of the bytes that it has taken. */
    synchronized void leave(long less) {
        if (!isOver) {
            taken -= less;
            room.leave(less);
        }
    }

    /** Gives back all of it. */
    @Override
    public synchronized void close() {
        if (!isOver) {
            isOver = true;
            room.leave(taken);
        }
    }
}
