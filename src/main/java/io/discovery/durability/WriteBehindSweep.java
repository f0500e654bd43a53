package io.discovery.durability;

import io.discovery.process.PeriodicTask;
import io.discovery.registry.ReadCopy;
import java.time.Duration;

/**
 * Asks of every registration, again and again, whether this member has to write it: heartbeats that were postponed come
 * due with time, and what a member left unwritten when it went comes due with its keys. So it asks more often when
 * members come or go.
 */
final class WriteBehindSweep implements AutoCloseable {

    /** The longest pause: what a postponed heartbeat may be late beyond its delay. */
    static final Duration CALM = Duration.ofSeconds(5);

    private static final Duration UNREST = Duration.ofSeconds(1);
    /** Keys have found their new owners by then. */
    private static final Duration UNREST_LASTS = Duration.ofSeconds(20);
    /** Of the delay of heartbeats, the pause is this part at most. */
    private static final int PART = 10;
    /** Sweeping may take this share of the time at most. */
    private static final int SHARE = 20;

    private final ReadCopy copy;
    private final WriteBehind writeBehind;
    private final Duration calm;
    private final PeriodicTask loop;
    private volatile long unrestUntil = System.nanoTime();

    /** @param heartbeatDelay how late postponed heartbeats are */
    WriteBehindSweep(ReadCopy copy, WriteBehind writeBehind, Duration heartbeatDelay) {
        this.copy = copy;
        this.writeBehind = writeBehind;
        this.calm = longer(UNREST, shorter(CALM, heartbeatDelay.dividedBy(PART)));
        this.loop = new PeriodicTask("discovery-sweep", UNREST, this::timed);
    }

    /** Keys change their owners. */
    void unrest() {
        unrestUntil = System.nanoTime() + UNREST_LASTS.toNanos();
        loop.nudge();
    }

    private Duration timed() {
        long start = System.nanoTime();
        run();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Duration pause = System.nanoTime() - unrestUntil < 0 ? UNREST : calm;
        return longer(pause, took.multipliedBy(SHARE));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    /** One sweep; safe for all threads. */
    void run() {
        writeBehind.sweep(copy.all());
    }

    @Override
    public void close() {
        loop.close();
    }
}
