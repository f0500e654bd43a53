package io.discovery.process;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The format of all lines of the log, those of libraries too: LOG_FORMAT. To be set by the thread that starts the process. */
public final class LogFormat {

    private static final String JSON = "json";

    private LogFormat() {}

    /** Returns whether this is the format in which each line is JSON. */
    public static boolean isJson(String logFormat) {
        return logFormat.equals(JSON);
    }

    /** Writes the log in this format from now on. A format that there is not changes nothing. */
    public static void setFormat(String logFormat) {
        if (isJson(logFormat) && LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            Iterator<Appender<ILoggingEvent>> appenders = root.iteratorForAppenders();
            while (appenders.hasNext()) {
                if (appenders.next() instanceof OutputStreamAppender<ILoggingEvent> output) {
                    JsonLogEncoder encoder = new JsonLogEncoder();
                    encoder.setContext(root.getLoggerContext());
                    encoder.start();
                    output.setEncoder(encoder);
                }
            }
            // Else java.util.logging would write its lines to the standard error, as text.
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
    }

    /**
     * Loads what a line with a stack trace needs. A member whose jar was replaced while it runs may have to write the
     * first such line then, and could not find it any more.
     */
    public static void loadStackTraces() {
        if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            LoggingEvent event = new LoggingEvent("", root, Level.WARN, "", new Throwable(new Throwable()), null);
            root.iteratorForAppenders().forEachRemaining(appender -> {
                if (appender instanceof OutputStreamAppender<ILoggingEvent> output) {
                    output.getEncoder().encode(event);
                }
            });
        }
    }

    /** Names the member on each line from now on, where the format has a place for it. */
    public static void setMember(String address) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.putProperty(JsonLogEncoder.MEMBER, address);
        }
    }

    /**
     * Adds fields to each line from now on, where the format has a place for them.
     *
     * @param fields returns those of what the calling thread does just now; must not block or log
     */
    public static void setTrace(Supplier<Map<String, String>> fields) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.putObject(JsonLogEncoder.TRACE, fields);
        }
    }
}
