package io.discovery.registry;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * How often copies are compared: soon again while they differ, seldom while they are equal, and for a large registry so
 * seldom that comparing takes a small share of a processor. What counts is work: a round that waited for a silent member has
 * done little, and must not keep the next one waiting.
 */
public final class Pace {

    /** The pause while copies are equal. */
    public static final Duration CALM = Duration.ofSeconds(5);
    /** The pause while they differ, or if nobody knows. */
    public static final Duration UNREST = Duration.ofSeconds(1);

    /** For each moment of work so many of pause. */
    private static final int SHARE = 20;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    /** Runs a round on this thread and says how long to pause after it. */
    public Duration after(Supplier<Reconciliation.Result> round) {
        long before = workNanos();
        boolean isEqual = round.get().isEqual();
        Duration least = isEqual ? CALM : UNREST;
        Duration share = Duration.ofNanos(workNanos() - before).multipliedBy(SHARE);
        return share.compareTo(least) > 0 ? share : least;
    }

    /** Of the processor for this thread; constant where the system does not tell. */
    private long workNanos() {
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : 0;
    }
}
