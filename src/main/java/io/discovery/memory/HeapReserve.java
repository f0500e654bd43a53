package io.discovery.memory;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The part of the heap that no client gets. Each thing that clients can make a member keep has a budget of its own, and together
 * these are more than the heap; much is counted by none of them. So all ask here as well, where what counts is how much is in
 * use after collections: above {@link #SCARCE_PERCENT} the heap is scarce, and is so until no more than {@link #ENOUGH_PERCENT}
 * are in use.
 *
 * <p>While it is scarce, nothing is taken that lasts as long as its client likes, and what passes within seconds has an eighth
 * of its budget, so that who reads, or renews a lease, is served on. Of what lasts, only the little is taken that a known host
 * adds. Safe for all threads.
 */
public final class HeapReserve {

    static final int SCARCE_PERCENT = 85;
    static final int ENOUGH_PERCENT = 80;

    private static final int ALL = 100;
    /** While the heap is scarce, this part of its budget is for what passes. */
    private static final long PASSING = 8;

    private final long most;
    private final List<Runnable> shortageListeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> reliefs = new CopyOnWriteArrayList<>();
    private boolean wasAbove;
    private volatile long used;
    private volatile long shortages;
    private volatile boolean isScarce;

    /** How much of the garbage a collection has found. */
    public enum Reach {
        /** All, or all of some moments ago: the rest lives. */
        ALL,
        /** That of young objects, while old ones are collected beside, a part at a time. */
        SOME,
        /** That of young objects only; of old ones, none before there is no more room. */
        YOUNG
    }

    /** @param most bytes that the heap may have */
    public HeapReserve(long most) {
        this.most = most;
    }

    /**
     * A collection is over. A full heap after one that has left garbage need not be short of anything: it counts from the
     * second in a row if old objects are collected beside, and not at all if they are not.
     *
     * @param bytes that are in use after it
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

    /** Whether more of the heap is in use than clients may have. */
    public boolean isScarce() {
        return isScarce;
    }

    /** Why nothing is taken that lasts, with what is given and what was expected; null while the heap is not scarce. */
    public @Nullable String whyScarce() {
        return isScarce ? "the heap is short: " + this : null;
    }

    /** What there is now of a budget for what lasts as long as clients like: all of it, or nothing more. */
    public long lasting(long budget) {
        return isScarce ? 0 : budget;
    }

    /** What there is now of a budget for what passes within seconds: all of it, or an eighth. */
    public long passing(long budget) {
        return isScarce ? budget / PASSING : budget;
    }

    /** Bytes that were in use after the last collection, with the garbage that it has left; 0 before the first. */
    public long usedBytes() {
        return used;
    }

    /** The same in percent of what the heap may have, rounded down. */
    public long usedPercent() {
        return (long) ((double) used / most * ALL);
    }

    /** How often it has become scarce. */
    public long shortages() {
        return shortages;
    }

    /** Has something called when the heap has become scarce; it must not block. */
    public void onShortage(Runnable shortage) {
        shortageListeners.add(shortage);
    }

    /** Calls those that are to be called when a shortage begins. */
    public void tellShortage() {
        shortageListeners.forEach(Runnable::run);
    }

    /** Has something called when the heap is not scarce any more; it must not block. */
    public void onRelief(Runnable relief) {
        reliefs.add(relief);
    }

    /** Calls those that are to be called after a shortage. */
    public void tellRelief() {
        reliefs.forEach(Runnable::run);
    }

    /** What is in use and what was expected. */
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
