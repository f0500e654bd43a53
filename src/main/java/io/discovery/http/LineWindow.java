package io.discovery.http;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A number of lines that may be written in a second, and the count of those left out since the last. Thread-safe. */
final class LinesPerSecond {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final LongSupplier nanoTime;
    private long began;
    private int lines;
    private long leftOut;

    LinesPerSecond(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /** Returns whether one more line may be written now. */
    synchronized boolean mayWrite() {
        long now = nanoTime.getAsLong();
        if (now - began >= SECOND) {
            began = now;
            lines = 0;
        }
        lines++;
        if (lines > most) {
            leftOut++;
        }
        return lines <= most;
    }

    /** Returns the number of lines left out since this was asked last. */
    synchronized long leftOut() {
        long left = leftOut;
        leftOut = 0;
        return left;
    }
}
