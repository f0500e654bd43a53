package io.discovery.xds;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rate limit for log lines that clients cause: at most {@link #MOST} in each {@link #PERIOD}. The first line after
 * the period tells how many were dropped. Thread-safe.
 */
final class ClientLogLimit {

    static final Duration PERIOD = Duration.ofSeconds(10);
    static final int MOST = 20;

    private static final Logger log = LoggerFactory.getLogger(ClientLogLimit.class);

    private final LongSupplier nanoTime;
    private long began;
    private int lines;
    private long dropped;

    /** @param nanoTime {@link System#nanoTime}, or a test's */
    ClientLogLimit(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /** Logs ordinary behaviour of a client. */
    void info(String line, Object... arguments) {
        if (mayWrite()) {
            log.info(line, arguments);
        }
    }

    /** Logs behaviour of a client that an operator should look at. */
    void warn(String line, Object... arguments) {
        if (mayWrite()) {
            log.warn(line, arguments);
        }
    }

    /**
     * Logs a fault of this member that a client has met.
     *
     * @param arguments the last may be the exception, whose stack trace is logged
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
            reportDropped();
        }
        lines++;
        if (lines > MOST) {
            dropped++;
        }
        return lines <= MOST;
    }

    private void reportDropped() {
        if (dropped > 0) {
            log.warn(
                    "{} lines about clients of xDS were left out: {} are written in {} s",
                    dropped,
                    MOST,
                    PERIOD.toSeconds());
            dropped = 0;
        }
    }
}
