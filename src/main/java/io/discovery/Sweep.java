package io.discovery;

import io.discovery.registry.Periodic;
import io.discovery.registry.ReadCopy;
import io.discovery.registry.WriteBehind;
import java.time.Duration;

/**
 * Asks of every registration, again and again, whether this member has to write it: heartbeats that were postponed come
 * due with time, and what a member left unwritten when it went comes due with its keys.
 */
final class Sweep implements AutoCloseable {

    private static final Duration CALM = Duration.ofSeconds(1);
    /** Sweeping may take this share of the time at most. */
    private static final int SHARE = 20;

    private final ReadCopy copy;
    private final WriteBehind writeBehind;
    private final Periodic loop;

    Sweep(ReadCopy copy, WriteBehind writeBehind) {
        this.copy = copy;
        this.writeBehind = writeBehind;
        this.loop = new Periodic("discovery-sweep", CALM, this::timed);
    }

    private Duration timed() {
        long start = System.nanoTime();
        run();
        Duration pause = Duration.ofNanos(System.nanoTime() - start).multipliedBy(SHARE);
        return pause.compareTo(CALM) > 0 ? pause : CALM;
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
