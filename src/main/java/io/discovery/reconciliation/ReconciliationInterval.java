package io.discovery.reconciliation;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How often copies are compared: soon again while they differ, seldom while they are equal, and for a large registry so
 * seldom that comparing takes a small share of a processor. What counts is work: a round that waited for a silent
 * member has done little, and must not keep the next one waiting.
 */
public final class ReconciliationInterval {

    /** The pause while copies are equal. */
    public static final Duration CALM = Duration.ofSeconds(5);
    /** The pause while they differ, or while that is unknown. */
    public static final Duration UNREST = Duration.ofSeconds(1);

    /** For each moment of work so many of pause, while copies are equal. */
    private static final int CALM_SHARE = 20;
    /** The share of time while they differ: members are to be equal soon, and clients are to be answered meanwhile. */
    private static final int UNREST_SHARE = 3;

    private final Duration unrest;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    public ReconciliationInterval() {
        this(UNREST);
    }

    /** @param unrest the least pause while copies differ */
    public ReconciliationInterval(Duration unrest) {
        this.unrest = unrest;
    }

    /**
     * Runs a round on this thread and says how long to pause after it.
     *
     * @param round answers whether it found copies equal
     */
    public Duration after(BooleanSupplier round) {
        long before = workNanos();
        boolean isEqual = round.getAsBoolean();
        Duration least = isEqual ? CALM : unrest;
        Duration share = Duration.ofNanos(workNanos() - before).multipliedBy(isEqual ? CALM_SHARE : UNREST_SHARE);
        return share.compareTo(least) > 0 ? share : least;
    }

    /** Processor time of this thread; constant where the system does not tell. */
    private long workNanos() {
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : 0;
    }
}
