package io.discovery.subscription;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The loop that looks for changes and notifies listeners: at once for a single change, together for many in a row. For
 * one thread, which calls it again and again, and at once when a service has been marked.
 */
public final class ChangeNotifier {

    /** Minimum time between two looks, and so between two notifications of a list that changes all the time. */
    private static final Duration GATHERING = Duration.ofMillis(2);
    /** Maximum pause: the cluster's clock may jump, and protection begin or end, without a notification. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Subscriptions subscriptions;
    private final LongSupplier nowMicros;
    private long lastLook = System.nanoTime();

    /** @param nowMicros the cluster's clock, in microseconds since 1970 */
    public ChangeNotifier(Subscriptions subscriptions, LongSupplier nowMicros) {
        this.subscriptions = subscriptions;
        this.nowMicros = nowMicros;
    }

    /**
     * Notifies listeners of changes. Blocks for 2 ms at most, beside the listeners' time.
     *
     * @return time for which nothing more is due
     */
    public Duration look() {
        LockSupport.parkNanos(GATHERING.toNanos() - (System.nanoTime() - lastLook));
        lastLook = System.nanoTime();
        long due = subscriptions.look();
        long most = TimeUnit.NANOSECONDS.toMicros(LONGEST.toNanos());
        long micros = Math.min(most, due - nowMicros.getAsLong());
        // A moment after it is due: until then the host is listed.
        return Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Math.max(0, micros) + 1));
    }
}
