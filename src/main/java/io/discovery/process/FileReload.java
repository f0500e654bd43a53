package io.discovery.process;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that may change: they are read again when they do, and what they held before stays in use if they cannot be used.
 * Thread-safe, but for {@link #look}.
 *
 * @param <T> what is made of the files
 */
public final class FileReload<T> {

    /** The pause between attempts while files cannot be used: not only their content may be the reason. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(FileReload.class);

    private final List<Path> files;
    private final Supplier<T> reader;
    private final InstantSource clock;
    private volatile T current;
    private volatile boolean isBroken;
    private List<FileStamp> read;
    private Instant triedAt = Instant.EPOCH;
    private @Nullable String fault;

    /**
     * Reads the files for the first time; fails as the reader does.
     *
     * @param reader throws a {@link RuntimeException} that says what is wrong with the files
     */
    public FileReload(List<Path> files, Supplier<T> reader, InstantSource clock) {
        this.files = List.copyOf(files);
        this.reader = reader;
        this.clock = clock;
        // Before the reading: a change in between is noticed at the next look.
        this.read = stamps();
        this.current = reader.get();
    }

    private List<FileStamp> stamps() {
        return files.stream().map(FileStamp::of).toList();
    }

    /** Returns what is in use. */
    public T current() {
        return current;
    }

    /** Returns whether the files have changed into some that cannot be used. */
    public boolean isBroken() {
        return isBroken;
    }

    /**
     * Reads the files again if they have changed; to be called about once a second, by one thread.
     *
     * @return whether there is something new in use
     */
    public boolean look() {
        List<FileStamp> now = stamps();
        boolean isDue = isBroken && !clock.instant().isBefore(triedAt.plus(RETRY));
        if (now.equals(read) && !isDue) {
            return false;
        }
        read = now;
        triedAt = clock.instant();
        return reload();
    }

    private boolean reload() {
        try {
            current = reader.get();
            isBroken = false;
            fault = null;
            return true;
        } catch (RuntimeException unusable) {
            isBroken = true;
            if (!unusable.toString().equals(fault)) {
                fault = unusable.toString();
                log.error(
                        "{} changed and cannot be used; what was read before stays in use: {}",
                        files,
                        unusable.getMessage());
            }
            return false;
        }
    }
}
