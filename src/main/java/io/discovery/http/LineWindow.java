package io.discovery.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A number of lines that may be written in a period, and the count of those left out since the last. Thread-safe. */
final class LineWindow {

    private final int most;
    private final Duration period;
    private final LongSupplier nanoTime;
    private long began;
    private int lines;
    private long leftOut;

    LineWindow(int most, Duration period, LongSupplier nanoTime) {
        this.most = most;
        this.period = period;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /** Returns whether one more line may be written now. */
    synchronized boolean mayWrite() {
        long now = nanoTime.getAsLong();
        if (now - began >= period.toNanos()) {
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
