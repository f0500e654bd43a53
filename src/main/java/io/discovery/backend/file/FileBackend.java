package io.discovery.backend.file;

import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each member's own copy of the whole registry: {@code discovery.db}, an SQLite database in the member's directory.
 *
 * <p><b>What a write leaves in the file</b> is the merge of the row and the registration given, register by register. So
 * an older copy changes nothing, whatever its last version says: two copies can each hold a register that the other
 * lacks, and then both registers stay. A row that the merge leaves as it is, is not written. What a row counts for beside the
 * registration given, {@link Retention#beside} says: nothing past its RETENTION, and no tags and additions if its lease
 * had ended before the check-in given. That check-in was a new start, and if it was not, the copy given has them.
 *
 * <p>One transaction a batch; when it returns, the rows survive the end of the process, kill included, and with {@link
 * Flush#EACH_BATCH} the loss of power.
 */
public final class FileBackend implements StorageBackend {

    private static final Logger LOG = LoggerFactory.getLogger(FileBackend.class);

    private final Path directory;
    private final DatabaseFile file;
    private final Retention retention;
    private final Flush flush;

    private @Nullable DirectoryLock lock;

    /** Null before the backend is opened, and after a failure until the next use. */
    private @Nullable Database database;

    private final AtomicLong rowsWritten = new AtomicLong();
    private final DamagedRows damaged = new DamagedRows();

    /**
     * @param directory APPLICATION_DIR; made if it is missing. The backend touches {@code discovery.*} and {@code native}
     *     in it
     */
    public FileBackend(Path directory, Identity identity, Retention retention, Flush flush) {
        this.directory = directory;
        this.file = new DatabaseFile(directory.resolve(DatabaseFile.FILE), identity);
        this.retention = retention;
        this.flush = flush;
    }

    @Override
    public Scope scope() {
        return Scope.MEMBER;
    }

    @Override
    public String description() {
        return "SQLite file " + file.path();
    }

    /** How many rows were changed since the start; any thread may ask. */
    public long rowsWritten() {
        return rowsWritten.get();
    }

    @Override
    public void open() {
        if (lock != null) {
            throw new IllegalStateException("already open: " + description());
        }
        boolean opened = false;
        try {
            createDirectory();
            lock = DirectoryLock.acquire(directory);
            NativeLibrary.load(directory);
            file.prepare();
            database = Database.open(file, flush);
            opened = true;
        } catch (SQLException failure) {
            throw new UnusableBackendException(Failures.explain(file.path(), failure), failure);
        } catch (IOException failure) {
            throw new UnusableBackendException(
                    "the directory " + directory + " cannot be used: " + failure
                            + "; it must be a directory this process may write to, on a disk with space",
                    failure);
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private void createDirectory() throws IOException {
        // A link to a directory is one, but createDirectories would not have it.
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
    }

    @Override
    public void scan(Consumer<Registration> registrations) {
        Database current = database();
        damaged.clear();
        inUse(() -> current.forEachKept(retention.nowMicros(), registrations, damaged));
    }

    @Override
    public Damage damage() {
        return damaged.damage();
    }

    @Override
    public Written write(Collection<Write> writes) {
        if (writes.isEmpty()) {
            return Written.ALL;
        }
        Database current = database();
        Batch batch = new Batch(current, retention);
        List<RowKey> removed = new ArrayList<>();
        inUse(() -> {
            if (!current.isInPlace()) {
                throw new SQLException("it was moved or removed while in use; put it back, or restart this member");
            }
            current.inTransaction(() -> {
                removed.addAll(current.purgeIfDue(retention));
                batch.write(writes);
            });
        });
        damaged.remove(removed);
        damaged.remove(batch.replaced());
        rowsWritten.addAndGet(batch.written());
        // Nobody else writes the file, so it never has anything newer.
        return Written.ALL;
    }

    /** Every way out but the good one closes the database: nothing half done stays, and the next use starts anew. */
    private void inUse(Database.Work work) {
        boolean done = false;
        try {
            work.run();
            done = true;
        } catch (SQLException failure) {
            throw new BackendException(Failures.explain(file.path(), failure), failure);
        } finally {
            if (!done) {
                closeDatabase();
            }
        }
    }

    private Database database() {
        if (lock == null) {
            throw new IllegalStateException("not open: " + description());
        }
        Database current = database;
        if (current == null) {
            try {
                current = Database.open(file, flush);
            } catch (SQLException failure) {
                throw new BackendException(Failures.explain(file.path(), failure), failure);
            } catch (UnusableBackendException replaced) {
                throw new BackendException("replaced while in use: " + replaced.getMessage(), replaced);
            }
            database = current;
        }
        return current;
    }

    @Override
    public void close() {
        if (lock == null) {
            return;
        }
        closeDatabase();
        try {
            lock.close();
        } catch (IOException failure) {
            LOG.warn(
                    "{} cannot be emptied; the lock itself ends with it",
                    directory.resolve(DirectoryLock.FILE),
                    failure);
        }
        lock = null;
    }

    /** What was committed is in the log, if it cannot be brought into the file now; the next open reads it there. */
    private void closeDatabase() {
        if (database != null) {
            try {
                database.close();
            } catch (SQLException failure) {
                LOG.warn("{} was not closed cleanly; nothing written is lost", file.path(), failure);
            }
            database = null;
        }
    }
}
