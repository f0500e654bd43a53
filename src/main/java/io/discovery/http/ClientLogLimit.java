package io.discovery.http;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * A rate limit for log lines that clients cause: at most {@link #MOST} in each {@link #PERIOD}. The first line after
 * the period tells how many were dropped. Thread-safe.
 */
public final class ClientLogLimit {

    public static final Duration PERIOD = Duration.ofSeconds(10);
    public static final int MOST = 20;

    private final Logger log;
    private final LineWindow window;

    /**
     * @param log writes the lines
     * @param nanoTime {@link System#nanoTime}, or a test's
     */
    public ClientLogLimit(Logger log, LongSupplier nanoTime) {
        this.log = log;
        this.window = new LineWindow(MOST, PERIOD, nanoTime);
    }

    /** Logs ordinary behaviour of a client. */
    public void info(String line, Object... arguments) {
        if (mayWrite()) {
            log.info(line, arguments);
        }
    }

    /** Logs behaviour of a client that an operator should look at. */
    public void warn(String line, Object... arguments) {
        if (mayWrite()) {
            log.warn(line, arguments);
        }
    }

    /**
     * Logs a fault of this member that a client has met.
     *
     * @param arguments the last may be the exception, whose stack trace is logged
     */
    public void error(String line, Object... arguments) {
        if (mayWrite()) {
            log.error(line, arguments);
        }
    }

    private boolean mayWrite() {
        if (!window.mayWrite()) {
            return false;
        }
        long left = window.leftOut();
        if (left > 0) {
            log.warn("{} lines about clients were left out: {} are written in {} s", left, MOST, PERIOD.toSeconds());
        }
        return true;
    }
}
