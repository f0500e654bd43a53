package io.discovery.durability;

import io.discovery.process.PeriodicTask;
import io.discovery.registry.ReadCopy;
import java.time.Duration;

/**
 * A repeated check, of every registration, whether this member has to write it: postponed heartbeats come due with
 * time, and registrations that a member left unwritten when it went come due when their keys get new owners. So the
 * check runs more often when members come or go.
 */
final class WriteBehindSweep implements AutoCloseable {

    /** Longest pause between checks: a postponed heartbeat may be late by this time beyond its delay. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
    /** Time after a change among the members in which keys find their new owners. */
    private static final Duration UNREST_DURATION = Duration.ofSeconds(20);
    /** Divisor of the delay of heartbeats that gives the maximum pause. */
    private static final int DELAY_DIVISOR = 10;
    /** Minimum ratio of the pause to the time that a check takes. */
    private static final int PAUSE_RATIO = 20;

    private final ReadCopy copy;
    private final WriteBehind writeBehind;
    private final Duration usualPause;
    private final PeriodicTask loop;
    private volatile long unrestUntil = System.nanoTime();

    /** @param heartbeatDelay delay of postponed heartbeats */
    WriteBehindSweep(ReadCopy copy, WriteBehind writeBehind, Duration heartbeatDelay) {
        this.copy = copy;
        this.writeBehind = writeBehind;
        this.usualPause = longer(SHORTEST_PAUSE, shorter(LONGEST_PAUSE, heartbeatDelay.dividedBy(DELAY_DIVISOR)));
        this.loop = new PeriodicTask("discovery-sweep", SHORTEST_PAUSE, this::runAndPause);
    }

    /** Records that keys change their owners. */
    void unrest() {
        unrestUntil = System.nanoTime() + UNREST_DURATION.toNanos();
        loop.nudge();
    }

    private Duration runAndPause() {
        long start = System.nanoTime();
        run();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Duration pause = System.nanoTime() - unrestUntil < 0 ? SHORTEST_PAUSE : usualPause;
        return longer(pause, took.multipliedBy(PAUSE_RATIO));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    /** Checks every registration once; thread-safe. */
    void run() {
        writeBehind.sweep(copy.all());
    }

    @Override
    public void close() {
        loop.close();
    }
}
