package io.discovery.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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

    /** The pause between attempts while files cannot be used: not only their content may be the reason. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private static final Duration REMINDER = Duration.ofDays(1);
    private static final Logger log = LoggerFactory.getLogger(TlsReload.class);

    private final TlsSource<T> source;
    private final InstantSource clock;
    private volatile T current;
    private volatile boolean isBroken;
    private List<Stamp> read;
    private Instant triedAt = Instant.EPOCH;
    private @Nullable String fault;
    private @Nullable Instant remindedAt;

    /** What tells one content of a file from another, without reading it. */
    private record Stamp(@Nullable Object file, long size, Instant modified) {

        static Stamp of(Path path) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                return new Stamp(
                        attributes.fileKey(),
                        attributes.size(),
                        attributes.lastModifiedTime().toInstant());
            } catch (IOException gone) {
                return new Stamp(null, 0, Instant.EPOCH);
            }
        }
    }

    /**
     * Reads the files for the first time.
     *
     * @throws TlsException if they cannot be used
     */
    public TlsReload(TlsSource<T> source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
        // Before the reading: a change in between is noticed at the next look.
        this.read = stamps();
        this.current = source.read();
        remind();
    }

    private List<Stamp> stamps() {
        return source.files().stream().map(Stamp::of).toList();
    }

    private Path first() {
        return source.files().get(0);
    }

    /** Returns what new connections use. */
    public T current() {
        return current;
    }

    /** Returns whether the files have changed into some that cannot be used. */
    public boolean isBroken() {
        return isBroken;
    }

    /** Returns the time in seconds until peers refuse this side's certificate; below zero if they do, empty for never. */
    public OptionalLong secondsLeft() {
        return current.expires()
                .map(end ->
                        OptionalLong.of(Duration.between(clock.instant(), end).toSeconds()))
                .orElse(OptionalLong.empty());
    }

    /** Reads the files again if they have changed; to be called about once a second, by one thread. */
    public void look() {
        List<Stamp> now = stamps();
        boolean isDue = isBroken && !clock.instant().isBefore(triedAt.plus(RETRY));
        if (!now.equals(read) || isDue) {
            read = now;
            triedAt = clock.instant();
            reload();
        }
        remind();
    }

    private void reload() {
        try {
            current = source.read();
            isBroken = false;
            fault = null;
            remindedAt = null;
            log.info(
                    "read {} again: new connections use them{}",
                    source.files(),
                    current.expires().map(end -> ", it expires at " + end).orElse(""));
        } catch (RuntimeException unusable) {
            isBroken = true;
            if (!unusable.toString().equals(fault)) {
                fault = unusable.toString();
                log.error(
                        "the files for TLS have changed and cannot be used; the old ones stay in use: {}",
                        unusable.getMessage());
            }
        }
    }

    private void remind() {
        current.expires().ifPresent(this::remind);
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
