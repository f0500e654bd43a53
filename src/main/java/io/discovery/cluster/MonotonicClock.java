package io.discovery.cluster;

import com.hazelcast.internal.util.Clock;
import java.util.concurrent.TimeUnit;

/**
 * Hazelcast's clock: the wall clock of the start, moved on by the process's monotonic clock. By the wall clock itself, a step
 * forward by more than two seconds makes a member take the heartbeats of all others for expired ones: it leaves the cluster for as
 * long as its wall clock differs. Hazelcast makes it by name, so it is public. Safe for all threads.
 */
public final class MonotonicClock extends Clock.ClockImpl {

    private static final String PROPERTY = "com.hazelcast.clock.impl";

    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();

    /** Has Hazelcast use it; without effect once a class of Hazelcast's has asked for the time. */
    static void install() {
        System.setProperty(PROPERTY, MonotonicClock.class.getName());
    }

    @Override
    protected long currentTimeMillis() {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
