package io.discovery.audit;

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
 * A lock on an audit log for one member at a time: an operating system's lock on a file beside it, which ends with the
 * process however that ends. The audit log itself cannot carry the lock, since it gets another name when it rotates.
 */
final class AuditLock implements AutoCloseable {

    /** Beyond the text, so that where locks are mandatory other processes can still read the holder. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /**
     * The lock files that this process holds. Checked before a lock file is opened: where locks are POSIX's, closing any
     * channel of a file ends every lock that the process has on it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private AuditLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks an audit log.
     *
     * @throws UnusableAuditLogException if another member has locked it
     */
    static AuditLock acquire(Path log) throws IOException {
        Path folder = RotatedFiles.folder(log).toRealPath();
        Path file = folder.resolve("." + log.getFileName() + ".lock");
        if (!HELD.add(file)) {
            throw inUse(log, "another member of this process");
        }
        boolean acquired = false;
        try {
            AuditLock lock = new AuditLock(file, lockedChannel(log, file));
            acquired = true;
            return lock;
        } finally {
            if (!acquired) {
                HELD.remove(file);
            }
        }
    }

    private static FileChannel lockedChannel(Path log, Path file) throws IOException {
        FileChannel channel = OpenFile.create(file, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            if (tryLock(channel) == null) {
                throw inUse(log, "another process, " + Files.readString(file).strip());
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

    private static UnusableAuditLogException inUse(Path log, String holder) {
        return new UnusableAuditLogException("AUDIT_LOG: given " + log + ", which is in use by " + holder
                + "; expected a file of this member's own: stop the other one, or name another file");
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
