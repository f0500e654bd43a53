package io.discovery.audit;

import io.discovery.process.LockFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file as the place of the audit log. Each line carries the hash of the one before, also across files and restarts.
 *
 * <p>The file is opened again after each failure. Bytes that a failed write has left after the last whole line stay:
 * the next line carries their hash, so that a check can tell them from a line that was changed. All such bytes are
 * followed by a whole line before the file rotates.
 *
 * <p>Logback's {@code RollingFileAppender} is not used. It swallows what a write throws and drops events while it waits
 * for the disk (its {@code ResilientOutputStreamBase}), so a chain would go on from lines that no file has; nor does it
 * flush to the disk, or create files for their owner alone.
 */
final class AuditFile implements AuditSink {

    private static final Logger log = LoggerFactory.getLogger(AuditFile.class);

    private final Path path;
    private final Rotation rotation;
    private final String member;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final RotatedFiles rotated;

    private @Nullable LockFile lock;
    /** Null before the first look at the files. */
    private @Nullable ChainEnd end;
    /** Null before the file is opened, and after a failure. */
    private @Nullable OpenFile file;
    /** Hash of the bytes after the last whole line of the open file; null if there are none. */
    private @Nullable String torn;
    /** The day of the last line of the open file; null for a file without content. */
    private @Nullable LocalDate day;

    /**
     * The rules by which files follow one another.
     *
     * @param maxBytes size that a file does not exceed, unless one batch of lines does
     */
    record Rotation(long maxBytes, RotatedFiles.Keep keep) {}

    /** A source of time: the wall clock, and one that never jumps. */
    record Time(InstantSource clock, LongSupplier nanos) {}

    AuditFile(Path path, Rotation rotation, String member, Time time) {
        this.path = path;
        this.rotation = rotation;
        this.member = member;
        this.clock = time.clock();
        this.nanos = time.nanos();
        this.rotated = new RotatedFiles(path, rotation.keep());
    }

    /** Returns the file that a link leads to: the file has one name, its lock too, and rotates in its own folder. */
    static Path resolved(Path path) {
        try {
            return Files.isSymbolicLink(path) && Files.isRegularFile(path) ? path.toRealPath() : path;
        } catch (IOException failed) {
            throw new UnusableAuditLogException(
                    "AUDIT_LOG: given " + path + ", a link that cannot be followed", failed);
        }
    }

    /**
     * Opens the file at the start of a member. A disk that is full or broken does not keep the member from starting:
     * the file is opened later then.
     *
     * @throws UnusableAuditLogException if the operator has to name another file, or to mend this one
     */
    AuditFile begin() {
        if (Files.isDirectory(path)) {
            throw unusable("which is a directory", null);
        }
        try {
            Path folder = RotatedFiles.folder(path);
            // A link to a folder is a folder, but createDirectories rejects it.
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            opened();
            rotated.removeOld(clock.instant());
        } catch (AccessDeniedException
                | NoSuchFileException
                | NotDirectoryException
                | FileAlreadyExistsException wrong) {
            throw unusable("which cannot be written: " + wrong, wrong);
        } catch (IOException later) {
            // The writer meets the same failure within a second, and says so.
            log.debug("the audit log is not open yet: {}", later.toString());
        }
        return this;
    }

    private UnusableAuditLogException unusable(String found, @Nullable Exception cause) {
        String message = "AUDIT_LOG: given " + path + ", " + found + "; expected a file that this process may write";
        return cause == null ? new UnusableAuditLogException(message) : new UnusableAuditLogException(message, cause);
    }

    @Override
    public Appended append(List<AuditEvent> events) {
        ByteBuffer bytes = ByteBuffer.allocate(0);
        List<ChainEnd> ends = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        Exception failure = null;
        try {
            OpenFile open = opened();
            bytes = lines(events, ends, lengths);
            if (isToRotate(open, bytes.remaining())) {
                open = rotate(open);
            }
            open.append(bytes);
            day = today();
            open.flushIfDue();
        } catch (IOException | UnusableAuditLogException failed) {
            failure = failed;
            drop();
        }
        int whole = 0;
        while (whole < lengths.size() && lengths.get(whole) <= bytes.position()) {
            end = ends.get(whole);
            torn = null;
            whole++;
        }
        return new Appended(whole, failure);
    }

    /** Returns the lines of events; adds for each line the chain's end after it, and the length of all up to it. */
    private ByteBuffer lines(List<AuditEvent> events, List<ChainEnd> ends, List<Integer> lengths) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String before = torn;
        if (before != null) {
            all.write('\n');
        }
        ChainEnd last = end();
        for (AuditEvent event : events) {
            byte[] line = AuditLine.after(last, before).write(event, member);
            before = null;
            last = last.after(line);
            all.writeBytes(line);
            ends.add(last);
            lengths.add(all.size());
        }
        return ByteBuffer.wrap(all.toByteArray());
    }

    @Override
    public @Nullable Exception tend() {
        try {
            OpenFile open = opened();
            if (isNewDay() && open.size() > 0 && torn == null) {
                open = rotate(open);
            }
            open.flushIfDue();
            return null;
        } catch (IOException | UnusableAuditLogException failed) {
            drop();
            return failed;
        }
    }

    private boolean isToRotate(OpenFile open, int more) throws IOException {
        long size = open.size();
        return size > 0 && torn == null && (isNewDay() || size + more > rotation.maxBytes());
    }

    private boolean isNewDay() {
        return day != null && !day.equals(today());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private OpenFile rotate(OpenFile open) throws IOException {
        open.flush();
        drop();
        Path closed = rotated.next(end().seq(), clock.instant());
        Files.move(path, closed);
        log.info("the audit log's file {} ends with line {}, whose hash is {}", closed, end().seq(), end().hash());
        OpenFile next = opened();
        rotated.removeOld(clock.instant());
        return next;
    }

    /** Returns the open file; opens it if it is not, or if it was moved away. */
    private OpenFile opened() throws IOException {
        if (file != null && !file.isInPlace()) {
            log.warn("another program has moved or removed {}; the audit log goes on in a new file", path);
            drop();
        }
        return file == null ? open() : file;
    }

    /** Locks a file beside the log: the log itself cannot carry a lock, since it gets another name when it rotates. */
    private LockFile lock() throws IOException {
        return LockFile.acquire(
                RotatedFiles.folder(path).resolve("." + path.getFileName() + ".lock"),
                holder -> new UnusableAuditLogException("AUDIT_LOG: given " + path + ", which is in use by " + holder
                        + "; expected a file of this member's own: stop the other one, or name another file"));
    }

    private OpenFile open() throws IOException {
        if (lock == null) {
            lock = lock();
        }
        OpenFile open = OpenFile.open(path, nanos);
        boolean isUsable = false;
        try {
            FileTail tail = FileTail.read(path);
            if (end == null) {
                end = tail.end() == null ? endOfNewest() : tail.end();
            } else if (tail.end() != null && tail.end().seq() == end.seq() + 1) {
                // All but the line feed of a line was written, and later the line feed.
                end = tail.end();
            }
            torn = tail.torn();
            day = tail.size() == 0
                    ? null
                    : LocalDate.ofInstant(Files.getLastModifiedTime(path).toInstant(), ZoneOffset.UTC);
            file = open;
            isUsable = true;
            return open;
        } finally {
            if (!isUsable) {
                open.close();
            }
        }
    }

    private ChainEnd endOfNewest() throws IOException {
        Path newest = rotated.newest().orElse(null);
        ChainEnd last = newest == null ? null : FileTail.read(newest).end();
        return last == null ? ChainEnd.NONE : last;
    }

    /** Closes the file, to be opened again by the next use. */
    private void drop() {
        OpenFile open = file;
        file = null;
        closeQuietly(open);
    }

    private static void closeQuietly(@Nullable AutoCloseable open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (Exception failed) {
            log.warn("closing a file of the audit log failed: {}", failed.toString());
        }
    }

    @Override
    public ChainEnd end() {
        return end == null ? ChainEnd.NONE : end;
    }

    @Override
    public @Nullable Exception close() {
        Exception failure = null;
        try {
            if (file != null) {
                file.flush();
            }
        } catch (IOException failed) {
            failure = failed;
        }
        drop();
        closeQuietly(lock);
        lock = null;
        return failure;
    }
}
