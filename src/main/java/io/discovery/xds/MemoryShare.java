package io.discovery.xds;

import org.jspecify.annotations.Nullable;

/** One client's part of a {@link MemoryBudget}, returned as a whole when the client goes. Thread-safe. */
final class MemoryShare implements AutoCloseable {

    private final MemoryBudget budget;
    private long taken;
    private boolean isClosed;

    MemoryShare(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Returns whether the budget is full. */
    boolean isRoomFull() {
        return budget.isFull();
    }

    /** Returns why the budget is smaller than configured, or null if it is not. */
    @Nullable
    String whyRoomScarce() {
        return budget.whyScarce();
    }

    /** Takes more bytes; does nothing once closed. */
    synchronized void take(long more) {
        if (!isClosed) {
            taken += more;
            budget.take(more);
        }
    }

    /** Returns bytes to the budget. */
    synchronized void leave(long less) {
        if (!isClosed) {
            taken -= less;
            budget.leave(less);
        }
    }

    /** Returns all bytes to the budget. */
    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            budget.leave(taken);
        }
    }
}
