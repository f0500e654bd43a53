package io.discovery.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mutual TLS by files that may change: it reads them again when they do, and goes on with what it had if they cannot be
 * used. New connections get the new files; those that are open stay. Thread-safe.
 */
public final class TlsReload {

    /** The time before the end of a certificate from which the log says so. */
    static final Duration SOON = Duration.ofDays(30);

    private static final Duration REMINDER = Duration.ofDays(1);
    private static final Logger log = LoggerFactory.getLogger(TlsReload.class);

    private final TlsFiles files;
    private final String name;
    private final InstantSource clock;
    private volatile MutualTls tls;
    private volatile boolean isBroken;
    private List<Stamp> read;
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
     * @param name a DNS name, or a URI, that the certificate of each peer must carry
     * @throws TlsException if they cannot be used
     */
    public TlsReload(TlsFiles files, String name, InstantSource clock) {
        this.files = files;
        this.name = name;
        this.clock = clock;
        // Before the reading: a change in between is noticed at the next look.
        this.read = stamps();
        this.tls = MutualTls.read(files, name);
        remind();
    }

    private List<Stamp> stamps() {
        return Stream.of(files.certificate(), files.key(), files.authorities())
                .map(Stamp::of)
                .toList();
    }

    /** Returns what new connections use. */
    public MutualTls current() {
        return tls;
    }

    /** Returns whether the files have changed into some that cannot be used. */
    public boolean isBroken() {
        return isBroken;
    }

    /** Returns the time in seconds until peers refuse this side's certificate; below zero if they do. */
    public long secondsLeft() {
        return Duration.between(clock.instant(), tls.expires()).toSeconds();
    }

    /** Reads the files again if they have changed; to be called about once a second, by one thread. */
    public void look() {
        List<Stamp> now = stamps();
        if (!now.equals(read)) {
            read = now;
            reload();
        }
        remind();
    }

    private void reload() {
        try {
            tls = MutualTls.read(files, name);
            isBroken = false;
            remindedAt = null;
            log.info(
                    "read the certificate {} again: new connections use it, it expires at {}",
                    files.certificate(),
                    tls.expires());
        } catch (TlsException unusable) {
            isBroken = true;
            log.error(
                    "the files for TLS have changed and cannot be used; the old ones stay in use: {}",
                    unusable.getMessage());
        }
    }

    private void remind() {
        Instant now = clock.instant();
        Instant last = remindedAt;
        if (now.plus(SOON).isBefore(tls.expires()) || last != null && now.isBefore(last.plus(REMINDER))) {
            return;
        }
        remindedAt = now;
        if (now.isBefore(tls.expires())) {
            log.warn(
                    "the certificate {} expires at {}: put a new one in its place, it is read without a restart",
                    files.certificate(),
                    tls.expires());
        } else {
            log.error(
                    "the certificate {} expired at {}: peers refuse new connections of this member until a new one is in"
                            + " its place",
                    files.certificate(),
                    tls.expires());
        }
    }
}
