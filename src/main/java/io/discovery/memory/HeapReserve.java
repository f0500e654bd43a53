package io.discovery.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The part of the heap that is kept from clients. Each kind of data that clients can make a member keep has a budget of
 * its own, and together these budgets exceed the heap; much memory counts in none of them. So all code that takes
 * memory for clients asks here as well. This class looks at the memory in use after collections: above {@link
 * #SCARCE_PERCENT} percent of the heap the heap is scarce, and stays so until no more than {@link #ENOUGH_PERCENT}
 * percent are in use.
 *
 * <p>While the heap is scarce, a member takes no data that lasts as long as its client likes, and data that passes
 * within seconds has an eighth of its budget, so that the member goes on serving clients that read or renew a lease. Of
 * lasting data a member then takes only the little that a known host adds. Thread-safe.
 */
public final class HeapReserve {

    static final int SCARCE_PERCENT = 85;
    static final int ENOUGH_PERCENT = 80;

    private static final int ALL = 100;
    /** Divisor of the budgets for passing data while the heap is scarce. */
    private static final long PASSING = 8;

    private final long most;
    private final List<Runnable> shortageListeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> reliefListeners = new CopyOnWriteArrayList<>();
    private boolean wasAbove;
    private volatile long used;
    private volatile long shortages;
    private volatile boolean isScarce;

    /** The part of the garbage that a collection has found. */
    public enum Reach {
        /** All garbage, or all garbage of some moments ago: the rest lives. */
        ALL,
        /** Garbage among young objects, while the collector works on old objects, a part at a time. */
        SOME,
        /**
         * Garbage among young objects only; the collector looks for garbage among old objects only when there is no
         * more room.
         */
        YOUNG
    }

    /** @param most maximum size of the heap in bytes */
    public HeapReserve(long most) {
        this.most = most;
    }

    /**
     * Takes in the result of a collection. A heap that is full after a collection that has left garbage need not be
     * scarce: it counts from the second such collection in a row if the collector works on old objects meanwhile, and
     * not at all if it does not.
     *
     * @param bytes bytes in use after the collection
     */
    public synchronized void collected(long bytes, Reach reach) {
        used = bytes;
        boolean isAbove = reach != Reach.YOUNG && bytes > limit();
        if (isAbove && (wasAbove || reach == Reach.ALL) && !isScarce) {
            isScarce = true;
            shortages++;
        } else if (isScarce && bytes <= part(ENOUGH_PERCENT)) {
            isScarce = false;
        }
        wasAbove = isAbove;
    }

    /** Returns whether more of the heap is in use than clients may have. */
    public boolean isScarce() {
        return isScarce;
    }

    /**
     * Returns why a member takes no lasting data, with the present value and the expected one; null while the heap is
     * not scarce.
     */
    public @Nullable String whyScarce() {
        return isScarce ? "the heap is short: " + this : null;
    }

    /** Returns the present part of a budget for data that lasts as long as clients like: all of it, or 0. */
    public long lasting(long budget) {
        return isScarce ? 0 : budget;
    }

    /** Returns the present part of a budget for data that passes within seconds: all of it, or an eighth. */
    public long passing(long budget) {
        return isScarce ? budget / PASSING : budget;
    }

    /** Returns the bytes in use after the last collection, with the garbage that it has left; 0 before the first. */
    public long usedBytes() {
        return used;
    }

    /** Returns the same in percent of the maximum size of the heap, rounded down. */
    public long usedPercent() {
        return (long) ((double) used / most * ALL);
    }

    /** Returns the number of times that the heap has become scarce. */
    public long shortages() {
        return shortages;
    }

    /** Adds a listener that is called when the heap has become scarce; it must not block. */
    public void onShortage(Runnable shortage) {
        shortageListeners.add(shortage);
    }

    /** Calls the listeners to the begin of a shortage. */
    public void tellShortage() {
        shortageListeners.forEach(Runnable::run);
    }

    /** Adds a listener that is called when the heap is no longer scarce; it must not block. */
    public void onRelief(Runnable relief) {
        reliefListeners.add(relief);
    }

    /** Calls the listeners to the end of a shortage. */
    public void tellRelief() {
        reliefListeners.forEach(Runnable::run);
    }

    /** Returns the bytes in use and the expected maximum. */
    @Override
    public String toString() {
        return megabytes(used) + " MB of " + megabytes(most) + " MB are in use, expected at most " + megabytes(limit())
                + " MB";
    }

    private long limit() {
        return part(SCARCE_PERCENT);
    }

    private long part(int percent) {
        return most / ALL * percent;
    }

    private static long megabytes(long bytes) {
        return bytes >> 20;
    }
}
