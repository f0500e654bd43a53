package io.discovery.cluster;

import com.hazelcast.internal.util.Clock;
import java.util.concurrent.TimeUnit;

/**
 * Hazelcast's clock: the wall clock at the start, driven on by the process's monotonic clock. With the wall clock
 * itself, a step forward by more than two seconds makes a member count the heartbeats of all others as expired: it
 * leaves the cluster for as long as its wall clock differs. Hazelcast creates this class by name, so it is public.
 * Thread-safe.
 */
public final class MonotonicClock extends Clock.ClockImpl {

    private static final String PROPERTY = "com.hazelcast.clock.impl";

    private final long startMillis = System.currentTimeMillis();
    private final long startNanos = System.nanoTime();

    /** Makes Hazelcast use this clock; without effect once a class of Hazelcast has asked for the time. */
    static void install() {
        System.setProperty(PROPERTY, MonotonicClock.class.getName());
    }

    @Override
    protected long currentTimeMillis() {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
