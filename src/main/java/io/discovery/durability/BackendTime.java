package io.discovery.durability;

import io.discovery.registry.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's clock for a backend, which is opened before there is a cluster, and how far that clock is proven.
 *
 * <p>No clock tells by itself that it was set wrong, the oldest member's least of all. But the time that passes is measured
 * right by any: what the clock showed one RETENTION ago, by this process's monotonic clock, is proven. For whoever lives
 * has reported since, and its row has got a version of that clock, however wrong it is. So a clock that is ahead at the
 * start, or steps, removes nothing that is alive. Safe for all threads.
 */
public final class BackendTime {

    private static final int SAMPLES = 8;

    private record Sample(long nanos, long micros) {}

    private final LongSupplier nanoTime;
    private final long proofNanos;
    /** What is not proven yet, the oldest first. */
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();

    private long provenMicros = Long.MIN_VALUE;

    private volatile @Nullable Clock clock;

    /**
     * @param nanoTime the process's monotonic clock in nanoseconds
     * @param proof how long ago the clock must have shown a time for that to be proven
     */
    public BackendTime(LongSupplier nanoTime, Duration proof) {
        this.nanoTime = nanoTime;
        this.proofNanos = proof.toNanos();
    }

    /** From now on this is the cluster's clock. */
    public void follow(Clock clusterClock) {
        clock = clusterClock;
    }

    /**
     * Microseconds since the epoch by the cluster's clock.
     *
     * @throws IllegalStateException if there is no cluster yet
     */
    public long nowMicros() {
        Clock current = clock;
        if (current == null) {
            throw new IllegalStateException("a backend has no time before its member has joined the cluster");
        }
        return current.nowMicros();
    }

    /** The latest moment that is proven to have come; {@link Long#MIN_VALUE} if none is. */
    public synchronized long provenMicros() {
        long nanos = nanoTime.getAsLong();
        Sample last = samples.peekLast();
        if (last == null || nanos - last.nanos >= proofNanos / SAMPLES) {
            samples.add(new Sample(nanos, nowMicros()));
        }
        while (!samples.isEmpty() && nanos - samples.getFirst().nanos >= proofNanos) {
            provenMicros = samples.removeFirst().micros;
        }
        return provenMicros;
    }
}
