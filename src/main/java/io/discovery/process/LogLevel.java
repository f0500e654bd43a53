package io.discovery.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** The level of this program's own loggers: LOG_LEVEL, in Python's words or logback's. */
public final class LogLevel {

    private LogLevel() {}

    public static void setLevel(String logLevel) {
        Level level = switch (logLevel) {
            case "WARNING" -> Level.WARN;
            case "CRITICAL" -> Level.ERROR;
            default -> Level.toLevel(logLevel);
        };
        if (LoggerFactory.getLogger("io.discovery") instanceof Logger ours) {
            ours.setLevel(level);
        }
    }
}
