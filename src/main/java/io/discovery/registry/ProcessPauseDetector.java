package io.discovery.registry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A detector of a pause of this process: it was stopped, swapped out, or had no processor, or its whole machine was
 * suspended. Requests that clients sent meanwhile have waited in the system's buffers, and the clients may have given
 * up long ago and made a newer change at another member. The old request would undo that change, because it would get a
 * version of now. So a member makes no change until it has read all requests that waited.
 *
 * <p>After a long pause the member does not trust its earlier state either: leases went on and may have ended here
 * alone, and peers may have gone on without this member. {@link #isLong} tells callers that at once, and {@link
 * #onLong} sets the task that restores the state. Leases stand still with a suspended machine's clock, so here the
 * monotonic clock alone counts.
 *
 * <p>While a machine is suspended its monotonic clock stands still too, and Java has no other clock that does not; the
 * wall clock is set right when the machine wakes. So the process counts as paused if the wall clock moved on by more
 * than the monotonic one. If the wall clock was merely set forward, that costs the second in which no change is made,
 * and no more; a wall clock that is set back means nothing.
 *
 * <p>Thread-safe.
 */
public final class ProcessPauseDetector {

    private static final Logger log = LoggerFactory.getLogger(ProcessPauseDetector.class);
    /** Interval at which {@link #sign} is to be called. */
    public static final Duration PERIOD = Duration.ofMillis(100);
    /** Shortest pause that counts: clients cannot tell a shorter one from a slow answer. */
    private static final Duration LEAST = Duration.ofSeconds(1);
    /** Time after a pause in which the member reads all requests that waited. */
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
     * @param patience minimum time that a client waits for its answer
     * @param peersPatience minimum time that peers wait for a silent member
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

    /**
     * Sets the task that runs after each long pause, on the thread that calls {@link #sign}; {@link #isLong} returns
     * true until it has run.
     */
    public void onLong(Runnable listener) {
        onLong = listener;
    }

    /** Records that the process runs. Called from one thread. */
    public void sign() {
        long wall = wallMillis.getAsLong();
        long now = nanoTime.getAsLong();
        long gap = gap(now, wall);
        if (gap > toleratedNanos) {
            // Before the sign: a thread that reads the new sign must see this too.
            doubtfulUntil = now + AFTERMATH.toNanos();
            count.increment();
            log.warn(
                    "this process stood still for {} ms, or its machine's clock was set forward; writes that waited"
                            + " meanwhile are answered with 503",
                    TimeUnit.NANOSECONDS.toMillis(gap));
        }
        if (now - lastSign > longNanos) {
            onLong.run();
        }
        lastWallMillis = wall;
        lastSign = now;
    }

    /** Returns whether a long pause has just ended whose task has not run yet. */
    public boolean isLong() {
        return nanoTime.getAsLong() - lastSign > longNanos;
    }

    /** Returns the length of the time without a sign in nanoseconds, by the clock that shows the longer one. */
    private long gap(long now, long wall) {
        return Math.max(now - lastSign, TimeUnit.MILLISECONDS.toNanos(wall - lastWallMillis));
    }

    /** Returns whether a request that is read now may have waited for longer than its client. */
    public boolean isDoubtful() {
        long now = nanoTime.getAsLong();
        return gap(now, wallMillis.getAsLong()) > toleratedNanos || now - doubtfulUntil < 0;
    }

    /** Returns the number of pauses. */
    public long count() {
        return count.sum();
    }
}
