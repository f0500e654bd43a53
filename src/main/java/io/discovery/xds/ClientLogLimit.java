package io.discovery.xds;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines of the log that clients bring about, as often as they like: {@link #MOST} are written in {@link #PERIOD}, and how many
 * were left out stands in the first line after it. Safe for all threads.
 */
final class ClientLogLimit {

    static final Duration PERIOD = Duration.ofSeconds(10);
    static final int MOST = 20;

    private static final Logger log = LoggerFactory.getLogger(ClientLogLimit.class);

    private final LongSupplier nanoTime;
    private long began;
    private int lines;
    private long leftOut;

    /** @param nanoTime {@link System#nanoTime}, or a test's */
    ClientLogLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /** Writes what clients may do and is no fault. */
    void info(String line, Object... arguments) {
        if (mayWrite()) {
            log.info(line, arguments);
        }
    }

    /** Writes what somebody should look at. */
    void warn(String line, Object... arguments) {
        if (mayWrite()) {
            log.warn(line, arguments);
        }
    }

    /**
     * Writes a fault of ours that a client has met.
     *
     * @param arguments the last may be what was thrown: its trace is written
     */
    void error(String line, Object... arguments) {
        if (mayWrite()) {
            log.error(line, arguments);
        }
    }

    private synchronized boolean mayWrite() {
        long now = nanoTime.getAsLong();
        if (now - began > PERIOD.toNanos()) {
            began = now;
            lines = 0;
            tellOfOthers();
        }
        lines++;
        if (lines > MOST) {
            leftOut++;
        }
        return lines <= MOST;
    }

    private void tellOfOthers() {
        if (leftOut > 0) {
            log.warn(
                    "{} lines about clients of xDS were left out: {} are written in {} s",
                    leftOut,
                    MOST,
                    PERIOD.toSeconds());
            leftOut = 0;
        }
    }
}
