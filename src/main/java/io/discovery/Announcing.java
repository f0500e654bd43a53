package io.discovery;

import io.discovery.directory.Subscriptions;
import io.discovery.registry.Clock;
import io.discovery.registry.Periodic;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks for changes to tell of: at once when there is one, but so many in a row together. */
final class Announcing implements Periodic.Task {

    /** Between two looks: a list that changes all the time is told of this often at most. */
    private static final Duration GATHERING = Duration.ofMillis(2);
    /** How long it sleeps at most: the cluster's clock may be moved, and protection begin or end, without a word. */
    private static final Duration LONGEST = Duration.ofSeconds(1);

    private final Subscriptions subscriptions;
    private final Clock clock;
    private long lastLook = System.nanoTime() - GATHERING.toNanos();

    Announcing(Subscriptions subscriptions, Clock clock) {
        this.subscriptions = subscriptions;
        this.clock = clock;
    }

    @Override
    public Duration run() {
        LockSupport.parkNanos(GATHERING.toNanos() - (System.nanoTime() - lastLook));
        lastLook = System.nanoTime();
        long due = subscriptions.look();
        long most = TimeUnit.NANOSECONDS.toMicros(LONGEST.toNanos());
        long micros = Math.min(most, due - clock.nowMicros());
        // A moment after it is due: until then the host is listed.
        return Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(Math.max(0, micros) + 1));
    }
}
