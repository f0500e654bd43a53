package io.discovery.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/** A time in which the members of this thread write no log: a history has thousands of lines that nothing reads. */
final class Quiet extends TurboFilter implements AutoCloseable {

    private final Thread thread = Thread.currentThread();
    private final LoggerContext logs = (LoggerContext) LoggerFactory.getILoggerFactory();

    Quiet() {
        logs.addTurboFilter(this);
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] params,
            @Nullable Throwable failure) {
        return Thread.currentThread() == thread ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    @Override
    public void close() {
        logs.getTurboFilterList().remove(this);
    }
}
