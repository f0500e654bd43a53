package io.discovery.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A file by which one member at a time holds what stands beside the file: an operating system's lock, which ends with the
 * process however that ends. The file contains the id of the process.
 */
public final class LockFile implements AutoCloseable {

    /** Beyond the text, so that where locks are mandatory other processes can still read the holder. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /**
     * The files that this process holds. Checked before a file is opened: where locks are POSIX's, closing any channel of a
     * file ends every lock that the process has on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private LockFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a file, which it creates if need be.
     *
     * @param file in a folder that exists
     * @param refusal makes the exception if the lock is another's, of the words for its holder
     */
    public static LockFile acquire(Path file, Function<String, ? extends RuntimeException> refusal) throws IOException {
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
        Path real = folder.toRealPath().resolve(file.getFileName());
        if (!HELD.add(real)) {
            throw refusal.apply("another member of this process");
        }
        boolean acquired = false;
        try {
            LockFile lock = new LockFile(real, lockedChannel(real, refusal));
            acquired = true;
            return lock;
        } finally {
            if (!acquired) {
                HELD.remove(real);
            }
        }
    }

    private static FileChannel lockedChannel(Path file, Function<String, ? extends RuntimeException> refusal)
            throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            if (tryLock(channel) == null) {
                throw refusal.apply("another process, " + Files.readString(file).strip());
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

    /** Releases the lock. The file stays: removing it could remove a lock that another process has just taken. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            try (channel) {
                channel.truncate(0);
            } finally {
                HELD.remove(file);
            }
        }
    }
}
