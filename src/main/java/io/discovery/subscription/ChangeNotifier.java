package io.discovery.subscription;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The one look for changes of which listeners are told: at once when there is one, but so many in a row together. For one thread,
 * which calls it again and again, and at once when a service has been marked.
 */
public final class ChangeNotifier {

    /** Between two looks: a list that changes all the time is told of this often at most. */
    private static final Duration GATHERING = Duration.ofMillis(2);
    /** How long it sleeps at most: the cluster's clock may be moved, and protection begin or end, without a word. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Subscriptions subscriptions;
    private final LongSupplier nowMicros;
    private long lastLook = System.nanoTime() - GATHERING.toNanos();

    /** @param nowMicros the cluster's clock, in microseconds since 1970 */
    public ChangeNotifier(Subscriptions subscriptions, LongSupplier nowMicros) {
        this.subscriptions = subscriptions;
        this.nowMicros = nowMicros;
    }

    /**
     * Tells listeners of what has changed. Blocks for 2 ms at most, beside what listeners take.
     *
     * @return how long nothing more is due
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
