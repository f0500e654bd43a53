package io.discovery.tls;

import io.discovery.process.FileReload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files for TLS that may change: they are read again when they do, and what they held before stays in use if they cannot
 * be used. New connections get the new content; those that are open stay. Thread-safe.
 *
 * @param <T> what new connections use
 */
public final class TlsReload<T extends TlsSource.Material> {

    /** The time before the end of a certificate from which the log says so. */
    static final Duration SOON = Duration.ofDays(30);

    private static final Duration REMINDER = Duration.ofDays(1);
    private static final Logger log = LoggerFactory.getLogger(TlsReload.class);

    private final TlsSource<T> source;
    private final InstantSource clock;
    private final FileReload<T> files;
    private @Nullable Instant remindedAt;

    /**
     * Reads the files for the first time.
     *
     * @throws TlsException if they cannot be used
     */
    public TlsReload(TlsSource<T> source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
        this.files = new FileReload<>(source.files(), source::read, clock);
        remind();
    }

    private Path first() {
        return source.files().get(0);
    }

    /** Returns what new connections use. */
    public T current() {
        return files.current();
    }

    /** Returns whether the files have changed into some that cannot be used. */
    public boolean isBroken() {
        return files.isBroken();
    }

    /** Returns the time in seconds until peers refuse this side's certificate; below zero if they do, empty for never. */
    public OptionalLong secondsLeft() {
        return current()
                .expires()
                .map(end ->
                        OptionalLong.of(Duration.between(clock.instant(), end).toSeconds()))
                .orElse(OptionalLong.empty());
    }

    /** Reads the files again if they have changed; to be called about once a second, by one thread. */
    public void look() {
        if (files.look()) {
            remindedAt = null;
            log.info(
                    "read {} again: new connections use them{}",
                    source.files(),
                    current().expires().map(end -> ", it expires at " + end).orElse(""));
        }
        remind();
    }

    private void remind() {
        current().expires().ifPresent(this::remind);
    }

    private void remind(Instant end) {
        Instant now = clock.instant();
        Instant last = remindedAt;
        if (now.plus(SOON).isBefore(end) || last != null && now.isBefore(last.plus(REMINDER))) {
            return;
        }
        remindedAt = now;
        if (now.isBefore(end)) {
            log.warn(
                    "the certificate {} expires at {}: put a new one in its place, it is read without a restart",
                    first(),
                    end);
        } else {
            log.error(
                    "the certificate {} expired at {}: peers refuse new connections of this member until a new one is in"
                            + " its place",
                    first(),
                    end);
        }
    }
}
