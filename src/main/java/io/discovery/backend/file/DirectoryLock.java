package io.discovery.backend.file;

import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a directory for one backend at a time: an operating system's lock on a file, which ends with the process
 * however it ends. The file contains the id of the process.
 */
final class DirectoryLock implements AutoCloseable {

    static final String FILE = "discovery.lock";

    /** Beyond the text, so that where locks are mandatory other processes can still read the holder. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /**
     * The directories that this process has locked. Checked before a lock file is opened: where locks are POSIX's,
     * closing any channel of a file ends every lock that the process has on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Locks a directory.
     *
     * @throws UnusableBackendException if another backend has locked it
     */
    static DirectoryLock acquire(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!HELD.add(real)) {
            throw inUse(directory, "another backend of this process");
        }
        boolean acquired = false;
        try {
            DirectoryLock lock = new DirectoryLock(real, lockedChannel(directory));
            acquired = true;
            return lock;
        } finally {
            if (!acquired) {
                HELD.remove(real);
            }
        }
    }

    private static FileChannel lockedChannel(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            if (tryLock(channel) == null) {
                throw inUse(
                        directory, "another process, " + Files.readString(file).strip());
            }
            channel.truncate(0);
            String holder = "pid " + ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
            locked = true;
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    /** @return null if another process, or another class loader's copy of this class, has the lock */
    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException otherClassLoader) {
            return null;
        }
    }

    private static UnusableBackendException inUse(Path directory, String holder) {
        return new UnusableBackendException(directory + " is in use by " + holder
                + "; each member needs a directory of its own: stop the other one, or set another APPLICATION_DIR");
    }

    /** Releases the lock. The file stays: removing it could remove a lock that another process has just taken. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try (channel) {
                channel.truncate(0);
            } finally {
                HELD.remove(directory);
            }
        }
    }
}
