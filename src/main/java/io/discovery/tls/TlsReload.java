package io.discovery.tls;

import io.discovery.process.FileReload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files for TLS that may change: they are read again when they do, and what they held before stays in use if they cannot
 * be used. New connections get the new content; those that are open stay. Thread-safe.
 *
 * @param <T> what new connections use
 */
public final class TlsReload<T extends TlsSource.Material> {

    private static final Duration REMINDER = Duration.ofDays(1);
    private static final Logger log = LoggerFactory.getLogger(TlsReload.class);

    private final TlsSource<T> source;
    private final InstantSource clock;
    private final FileReload<T> files;
    /** The ends of which the log told last, each with whether it had come. */
    private Map<Expiry, Boolean> told = Map.of();

    private Instant toldAt = Instant.EPOCH;

    /**
     * Reads the files for the first time.
     *
     * @throws TlsException if they cannot be used
     */
    public TlsReload(TlsSource<T> source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
        this.files = new FileReload<>(source.files(), () -> source.read(clock), clock);
        remind();
    }

    /** Returns what new connections use. */
    public T current() {
        return files.current();
    }

    /** Returns whether the files have changed into some that cannot be used. */
    public boolean isBroken() {
        return files.isBroken();
    }

    /**
     * Returns the time in seconds until peers refuse this side's certificate, or this side those of an authority whose
     * revocation list is late; below zero if they do, empty for never.
     */
    public OptionalLong secondsLeft() {
        Instant now = clock.instant();
        return current().expiries(now).stream()
                .filter(expiry -> !now.isBefore(expiry.countedFrom()))
                .mapToLong(expiry -> Duration.between(now, expiry.end()).toSeconds())
                .min();
    }

    /** Reads the files again if they have changed; to be called about once a second, by one thread. */
    public void look() {
        if (files.look()) {
            told = Map.of();
            log.info(
                    "read {} again: new connections use them{}",
                    source.files(),
                    current().expiries(clock.instant()).stream()
                            .map(expiry -> ", " + expiry.what() + " until " + expiry.end())
                            .collect(Collectors.joining()));
        }
        remind();
    }

    /** Tells of the ends that are near or have come: of a new one at once, and of all once a day. */
    private void remind() {
        Instant now = clock.instant();
        Map<Expiry, Boolean> due = new LinkedHashMap<>();
        for (Expiry expiry : current().expiries(now)) {
            if (!now.isBefore(expiry.toldFrom())) {
                due.put(expiry, !now.isBefore(expiry.end()));
            }
        }
        if (!due.equals(told) || !now.isBefore(toldAt.plus(REMINDER))) {
            told = due;
            toldAt = now;
            due.forEach(TlsReload::tell);
        }
    }

    private static void tell(Expiry expiry, boolean hasEnded) {
        if (hasEnded) {
            log.error(
                    "{} expired at {}: {} until a new one is in its place",
                    expiry.what(),
                    expiry.end(),
                    expiry.effect());
        } else {
            log.warn(
                    "{} expires at {}: put a new one in its place, it is read without a restart",
                    expiry.what(),
                    expiry.end());
        }
    }
}
