package io.discovery.durability;

import io.discovery.model.Version;
import io.discovery.registry.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's clock for a backend, which is opened before there is a cluster, and the time up to which that clock is
 * proven.
 *
 * <p>No clock can tell by itself that it was set wrong, the oldest member's least of all. But any clock measures
 * elapsed time correctly: the time that the clock showed one RETENTION ago, by this process's monotonic clock, is
 * proven. Every live instance has checked in since, and its row has a version of that clock, however wrong the clock
 * is. So a clock that is ahead at the start, or steps, makes the backend remove no live instance. Thread-safe.
 */
public final class BackendTime {

    private static final int SAMPLES = 8;

    private record Sample(long nanos, long micros) {}

    private final LongSupplier nanoTime;
    private final long proofNanos;
    /** Readings that are not proven yet, the oldest first. */
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    private long provenMicros = Long.MIN_VALUE;

    private volatile @Nullable Clock clock;

    /**
     * @param nanoTime the process's monotonic clock in nanoseconds
     * @param proof age of a reading of the cluster's clock from which it counts as proven
     */
    public BackendTime(LongSupplier nanoTime, Duration proof) {
        this.nanoTime = nanoTime;
        this.proofNanos = proof.toNanos();
    }

    /** Sets the cluster's clock. */
    public void follow(Clock clusterClock) {
        clock = clusterClock;
    }

    /**
     * Returns the time of the cluster's clock, in microseconds since the epoch.
     *
     * @throws IllegalStateException if there is no cluster yet
     */
    public long nowMicros() {
        Clock current = clock;
        if (current == null) {
            throw new IllegalStateException("a backend has no time before its member has joined the cluster");
        }
        return current.clusterMicros();
    }

    /** Returns the latest moment that has come by proof; {@link Long#MIN_VALUE} if there is none. */
    public synchronized long provenMicros() {
        long nanos = nanoTime.getAsLong();
        Sample last = samples.peekLast();
        long latest = last == null ? provenMicros : last.micros;
        if (nowMicros() + Version.CLOCK_TOLERANCE_MICROS < latest) {
            // The clock was wrong, as this member knows since it has met others: so was what it has proven.
            samples.clear();
            provenMicros = Long.MIN_VALUE;
            last = null;
        }
        if (last == null || nanos - last.nanos >= proofNanos / SAMPLES) {
            samples.add(new Sample(nanos, nowMicros()));
        }
        while (!samples.isEmpty() && nanos - samples.getFirst().nanos >= proofNanos) {
            provenMicros = samples.removeFirst().micros;
        }
        return provenMicros;
    }
}
