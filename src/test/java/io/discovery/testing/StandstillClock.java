package io.discovery.testing;

import io.vertx.core.Context;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A directory's clock, in microseconds from 0, of a process that can stand still for an hour in the middle of a read on an
 * event loop: each lease has ended when the read goes on. Such a read can fail as well. Thread-safe.
 */
public final class StandstillClock implements LongSupplier {

    private static final long STANDSTILL =
            TimeUnit.NANOSECONDS.toMicros(Duration.ofHours(1).toNanos());

    private volatile boolean isDue;
    private volatile boolean fails;
    private volatile boolean isDoubtful;
    private final AtomicLong now = new AtomicLong();

    /** Makes the process stand still in the next read on an event loop. */
    public void standStillInNextRead() {
        isDue = true;
    }

    /** Lets the next read on an event loop fail. */
    public void failNextRead() {
        fails = true;
    }

    @Override
    public long getAsLong() {
        if (fails && Context.isOnEventLoopThread()) {
            fails = false;
            throw new IllegalStateException("no time");
        }
        if (isDue && Context.isOnEventLoopThread()) {
            isDue = false;
            now.addAndGet(STANDSTILL);
            isDoubtful = true;
        }
        return now.get();
    }

    /** Returns whether the process stood still, and has not handled that yet. */
    public boolean isDoubtful() {
        return isDoubtful;
    }

    /** Records that the process has handled the standstill. */
    public void handled() {
        isDoubtful = false;
    }
}
