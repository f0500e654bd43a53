package io.discovery.cluster;

import io.discovery.model.Version;
import io.discovery.registry.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's clock as one member reads it: it moves by the process's own monotonic clock, and a sample of the
 * cluster's time now and then bends it.
 *
 * <p>Small differences are bent away at a tenth of real speed, so that nobody's lease ends early because a wall clock
 * was set. If the cluster's time is ahead by more than {@link #STEP_MICROS}, this clock steps to it; if it is behind,
 * this clock never goes back but runs at nine tenths (at half speed if far ahead) until it is right: hosts are then
 * listed a little longer, never dropped. Safe for all threads; never blocks.
 */
public final class ClusterClock implements Clock {

    /** A cluster's time this far ahead is believed at once. */
    static final long STEP_MICROS = 10_000_000;

    private static final Logger log = LoggerFactory.getLogger(ClusterClock.class);

    private final LongSupplier clusterMillis;
    private final LongSupplier nanoTime;
    private final long member;
    private final AtomicLong lastVersion = new AtomicLong(Long.MIN_VALUE);
    private final LongAdder steps = new LongAdder();
    private volatile Line line;
    private volatile long lastOffset;

    /** Time as a straight line from a point: at {@code nanos} it was {@code micros}, and it moves at {@code rate}. */
    private record Line(long nanos, long micros, double rate) {
        long at(long nowNanos) {
            return micros + (long) ((nowNanos - nanos) / 1_000.0 * rate);
        }
    }

    /**
     * @param clusterMillis the cluster's time in milliseconds since the epoch
     * @param nanoTime the process's monotonic clock in nanoseconds
     * @param member this member's id in versions, never used by another
     */
    public ClusterClock(LongSupplier clusterMillis, LongSupplier nanoTime, long member) {
        this.clusterMillis = clusterMillis;
        this.nanoTime = nanoTime;
        this.member = member;
        this.line = new Line(nanoTime.getAsLong(), sample(), 1);
    }

    private long sample() {
        return TimeUnit.MILLISECONDS.toMicros(clusterMillis.getAsLong());
    }

    /**
     * Compares with the cluster's time and bends towards it. Call it about once a second, from one thread.
     */
    public void adjust() {
        long nanos = nanoTime.getAsLong();
        long now = line.at(nanos);
        long ahead = sample() - now;
        if (ahead > STEP_MICROS) {
            log.warn("the cluster's clock is {} ms ahead of this member's: stepping forward", ahead / 1_000);
            line = new Line(nanos, now + ahead, 1);
            steps.increment();
        } else {
            line = new Line(nanos, now, rateFor(ahead));
            if (ahead < -STEP_MICROS && lastOffset >= -STEP_MICROS) {
                log.warn("the cluster's clock is {} ms behind this member's: slowing down", -ahead / 1_000);
            }
        }
        lastOffset = ahead;
    }

    /** How far the cluster's time was ahead at the last look, in microseconds. */
    public long lastOffsetMicros() {
        return lastOffset;
    }

    /** How often this clock had to step. */
    public long steps() {
        return steps.sum();
    }

    /** Towards the sample within a second, by a tenth of real speed at most; far ahead, by half. */
    private static double rateFor(long ahead) {
        double wanted = ahead / 1_000_000.0;
        return 1 + (ahead < -STEP_MICROS ? -0.5 : Math.max(-0.1, Math.min(0.1, wanted)));
    }

    @Override
    public long nowMicros() {
        return line.at(nanoTime.getAsLong());
    }

    @Override
    public Version next() {
        return after(Long.MIN_VALUE);
    }

    @Override
    public Version nextAbove(Version seen) {
        return after(seen.micros());
    }

    private Version after(long micros) {
        long now = Math.max(nowMicros(), micros + 1);
        return new Version(lastVersion.updateAndGet(last -> Math.max(last + 1, now)), member);
    }
}
