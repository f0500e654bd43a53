package io.discovery.registry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows when this process has just stood still: it was stopped, swapped out, or had no processor, or its whole machine was
 * suspended. What clients sent meanwhile has waited in the system's buffers, and they may have given up long ago and done
 * something newer at another member. Done now, with a version of now, it would undo that; so nothing is changed until all
 * that waited is read.
 *
 * <p>After a long standstill nothing that was known before is believed either: leases went on and may have ended here alone, and
 * peers may have gone on without this member. {@link #isLong} says so to whoever comes first, {@link #onLong} to who sees to it.
 * Leases stand still with a suspended machine's clock, so here the monotonic one alone counts.
 *
 * <p>While a machine is suspended its monotonic clock stands still too, and Java knows no other that does not; the wall clock
 * is set right when it wakes. So a wall clock that moved on by more than the monotonic one counts as a standstill. If it was
 * merely set forward, that costs the second in which nothing is changed, and no more; one that is set back means nothing.
 *
 * <p>Safe for all threads.
 */
public final class ProcessPauseDetector {

    private static final Logger log = LoggerFactory.getLogger(ProcessPauseDetector.class);
    /** How often {@link #sign} is to be called. */
    public static final Duration PERIOD = Duration.ofMillis(100);
    /** Shorter ones are told by no client from a slow answer. */
    private static final Duration LEAST = Duration.ofSeconds(1);
    /** After so long all that waited has been read. */
    private static final Duration AFTERMATH = Duration.ofSeconds(1);

    private final long toleratedNanos;
    private final long longNanos;
    private final LongSupplier nanoTime;
    private final LongAdder count = new LongAdder();
    private volatile long doubtfulUntil;
    private final LongSupplier wallMillis;
    private volatile long lastSign;
    private volatile long lastWallMillis;
    private volatile Runnable onLong = () -> {};

    /**
     * @param patience how long a client waits at least for its answer
     * @param peersPatience for how long peers wait at least for a member that gives no sign
     * @param nanoTime a clock that goes on while the process stands still, in nanoseconds
     * @param wallMillis the machine's wall clock, in milliseconds
     */
    public ProcessPauseDetector(
            Duration patience, Duration peersPatience, LongSupplier nanoTime, LongSupplier wallMillis) {
        this.toleratedNanos = Math.max(patience.toNanos(), LEAST.toNanos());
        this.longNanos = peersPatience.toNanos();
        this.nanoTime = nanoTime;
        this.wallMillis = wallMillis;
        this.lastWallMillis = wallMillis.getAsLong();
        this.lastSign = nanoTime.getAsLong();
        this.doubtfulUntil = lastSign;
    }

    /** What is to be run after each long standstill, on the thread that gives signs; {@link #isLong} holds until it has. */
    public void onLong(Runnable listener) {
        onLong = listener;
    }

    /** A sign of life. From one thread. */
    public void sign() {
        long wall = wallMillis.getAsLong();
        long now = nanoTime.getAsLong();
        long gap = gap(now, wall);
        if (gap > toleratedNanos) {
            // Before the sign: whoever sees the one sees the other.
            doubtfulUntil = now + AFTERMATH.toNanos();
            count.increment();
            log.warn(
                    "this process stood still for {} ms, or its machine's clock was set forward; writes that waited meanwhile"
                            + " are answered with 503",
                    TimeUnit.NANOSECONDS.toMillis(gap));
        }
        if (now - lastSign > longNanos) {
            onLong.run();
        }
        lastWallMillis = wall;
        lastSign = now;
    }

    /** Whether it has just ended a long standstill that nobody has been told of yet. */
    public boolean isLong() {
        return nanoTime.getAsLong() - lastSign > longNanos;
    }

    /** How long nothing was done, by the clock that says more. */
    private long gap(long now, long wall) {
        return Math.max(now - lastSign, TimeUnit.MILLISECONDS.toNanos(wall - lastWallMillis));
    }

    /** Whether a request that is read now may have waited for longer than its client. */
    public boolean isDoubtful() {
        long now = nanoTime.getAsLong();
        return gap(now, wallMillis.getAsLong()) > toleratedNanos || now - doubtfulUntil < 0;
    }

    /** How often it has happened. */
    public long count() {
        return count.sum();
    }
}
