package io.discovery.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open file that only grows, and the part of it that is not flushed to the disk yet. */
final class OpenFile implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OpenFile.class);
    /** Maximum age of bytes that a power failure can take. */
    static final Duration FLUSH_PERIOD = Duration.ofSeconds(1);
    /** Maximum of bytes that a power failure can take: fewer than a reader of the file's end looks back. */
    private static final long MOST_UNFLUSHED = AuditLine.LONGEST / 2;

    private final Path path;
    private final LongSupplier nanos;
    private final FileChannel channel;
    private final @Nullable Object key;
    private long unflushed;
    private long unflushedSince;

    private OpenFile(Path path, FileChannel channel, LongSupplier nanos) throws IOException {
        this.path = path;
        this.nanos = nanos;
        this.channel = channel;
        this.key = key(path);
        // What an earlier process, or this one before a failure, has written may not be on the disk yet.
        this.unflushed = channel.size();
        this.unflushedSince = nanos.getAsLong() - FLUSH_PERIOD.toNanos();
    }

    /** Opens a file to append to it. A new one belongs to its owner alone. */
    static OpenFile open(Path path, LongSupplier nanos) throws IOException {
        boolean isNew = Files.notExists(path);
        FileChannel channel = create(path, StandardOpenOption.APPEND);
        try {
            OpenFile file = new OpenFile(path, channel, nanos);
            if (isNew) {
                flushNames(RotatedFiles.folder(path));
            }
            return file;
        } catch (IOException failed) {
            channel.close();
            throw failed;
        }
    }

    static FileChannel create(Path path, OpenOption how) throws IOException {
        FileAttribute<?>[] owners = isPosix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return FileChannel.open(path, Set.of(StandardOpenOption.CREATE, how), owners);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Flushes the names in a folder to the disk, where a system can: not all can open, or flush, a folder. */
    private static void flushNames(Path folder) {
        if (isPosix(folder)) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            } catch (IOException cannot) {
                log.info("a power failure may take names of new files in {}: {}", folder, cannot.toString());
            }
        }
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /** Returns whether the path still leads to this file: another program may have moved or removed it. */
    boolean isInPlace() throws IOException {
        try {
            return Objects.equals(key, key(path));
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Writes the rest of the buffer. After a failure the buffer's position tells how much is written. */
    void append(ByteBuffer bytes) throws IOException {
        if (unflushed == 0) {
            unflushedSince = nanos.getAsLong();
        }
        unflushed += bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Flushes to the disk, if there is enough to be flushed, or it has waited for long enough. */
    void flushIfDue() throws IOException {
        boolean isOld = nanos.getAsLong() - unflushedSince >= FLUSH_PERIOD.toNanos();
        if (unflushed > MOST_UNFLUSHED || unflushed > 0 && isOld) {
            flush();
        }
    }

    void flush() throws IOException {
        channel.force(true);
        unflushed = 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
