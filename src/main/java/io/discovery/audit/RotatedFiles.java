package io.discovery.audit;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The older files of an audit log, whose names carry the number of their last line, and when they were closed. The number
 * comes first: by their names they sort by age, whatever the clock was.
 */
final class RotatedFiles {

    private static final Logger log = LoggerFactory.getLogger(RotatedFiles.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    /**
     * Maximum number of files that are removed for their age at a time: a clock that jumps ahead makes all files look
     * old, and a file is added each day at most.
     */
    private static final int MOST_REMOVED_FOR_AGE = 2;

    private final Path active;
    private final Keep keep;
    private final Pattern name;

    /**
     * The rule for old files.
     *
     * @param age maximum time since a file was closed
     * @param files maximum number of files beside the active one
     */
    record Keep(Duration age, int files) {}

    /** A file with the number of its last line. */
    private record Rotated(Path file, long lastSeq, Instant closed) {}

    RotatedFiles(Path active, Keep keep) {
        this.active = active;
        this.keep = keep;
        this.name =
                Pattern.compile(Pattern.quote(String.valueOf(active.getFileName())) + "\\.([0-9]{12,18})-([0-9T]+Z)");
    }

    /** Returns the folder of a file. */
    static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.toAbsolutePath() : folder;
    }

    /** Returns the name that the active file gets when it is closed. */
    Path next(long lastSeq, Instant now) {
        return active.resolveSibling(String.format("%s.%012d-%s", active.getFileName(), lastSeq, TIME.format(now)));
    }

    /** Returns the file that was closed last. */
    Optional<Path> newest() throws IOException {
        List<Rotated> all = all();
        return all.isEmpty()
                ? Optional.empty()
                : Optional.of(all.get(all.size() - 1).file());
    }

    /** Removes the files that are too many or too old. A file that cannot be removed is removed another time. */
    void removeOld(Instant now) throws IOException {
        List<Rotated> all = all();
        int tooMany = Math.max(0, all.size() - keep.files());
        all.subList(0, tooMany).forEach(each -> remove(each.file()));
        all.subList(tooMany, all.size()).stream()
                .filter(each -> each.closed().isBefore(now.minus(keep.age())))
                .limit(MOST_REMOVED_FOR_AGE)
                .forEach(each -> remove(each.file()));
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
            log.info("removed the old file {} of the audit log", file);
        } catch (IOException failed) {
            log.warn("cannot remove the old file {} of the audit log: {}", file, failed.toString());
        }
    }

    /** Returns all, the oldest first. */
    private List<Rotated> all() throws IOException {
        List<Rotated> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder(active))) {
            for (Path file : files) {
                parse(file).ifPresent(all::add);
            }
        } catch (NotDirectoryException none) {
            return all;
        }
        all.sort(Comparator.comparingLong(Rotated::lastSeq));
        return all;
    }

    private Optional<Rotated> parse(Path file) {
        Matcher found = name.matcher(String.valueOf(file.getFileName()));
        if (!found.matches()) {
            return Optional.empty();
        }
        try {
            Instant closed = LocalDateTime.parse(found.group(2), TIME).toInstant(ZoneOffset.UTC);
            return Optional.of(new Rotated(file, Long.parseLong(found.group(1)), closed));
        } catch (DateTimeParseException otherName) {
            return Optional.empty();
        }
    }
}
