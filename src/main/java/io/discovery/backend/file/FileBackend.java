package io.discovery.backend.file;

import io.discovery.model.Registration;
import io.discovery.process.LockFile;
import io.discovery.registry.ChangeStore;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend on each member's own copy of the whole registry: {@code discovery.db}, an SQLite database in the member's
 * directory.
 *
 * <p><b>A write</b> leaves in the file the merge of the row and the given registration, register by register. So an
 * older copy changes nothing, whatever its last version: two copies can each hold a register that the other lacks, and
 * then both registers stay. A row that the merge leaves unchanged is not written. {@link Retention#beside} decides how
 * a row counts beside the given registration: not at all past its RETENTION, and without tags and additions if its
 * lease had ended before the given check-in, but for later values of those that the given copy has. That check-in was a
 * new start, and if it was not, the given copy has them.
 *
 * <p>One transaction for each batch; when it returns, the rows survive the end of the process, kill included, and with
 * {@link Flush#EACH_BATCH} the loss of power.
 */
public final class FileBackend implements StorageBackend {

    static final String LOCK = "discovery.lock";

    private static final Logger LOG = LoggerFactory.getLogger(FileBackend.class);

    private final Path directory;
    private final DatabaseFile file;
    private final Retention retention;
    private final Flush flush;

    private @Nullable LockFile lock;

    /** Null before the backend is opened, and after a failure until the next use. */
    private @Nullable Database database;

    private final AtomicLong rowsWritten = new AtomicLong();
    private final DamagedRows damaged = new DamagedRows();

    /**
     * @param directory APPLICATION_DIR; created if it is missing. The backend touches {@code discovery.*} and
     *     {@code native} in it
     */
    public FileBackend(Path directory, Identity identity, Retention retention, Flush flush) {
        this.directory = directory;
        this.file = new DatabaseFile(directory.resolve(DatabaseFile.FILE), identity);
        this.retention = retention;
        this.flush = flush;
    }

    /** Returns whether a directory has a file with rows, whole or in parts. */
    public static boolean isIn(Path directory) {
        return DatabaseFile.isAnyPartIn(directory);
    }

    @Override
    public Scope scope() {
        return Scope.MEMBER;
    }

    @Override
    public String description() {
        return "SQLite file " + file.path();
    }

    /** Returns the number of rows changed since the start; from any thread. */
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
            lock = LockFile.acquire(directory.resolve(LOCK), this::inUse);
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
        // A link to a directory is a directory, but createDirectories rejects it.
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
    }

    @Override
    public Optional<ChangeStore> changes() {
        return Optional.of(new ChangeTable(file, flush));
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
        // Only this backend writes the file. A tag that is newer there, because the file could not be read at the
        // start,
        // counts after the next one.
        return Written.ALL;
    }

    /**
     * Runs the work, and closes the database unless it succeeds: the transaction is rolled back, and the next use opens
     * the file anew.
     */
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

    private UnusableBackendException inUse(String holder) {
        return new UnusableBackendException(directory + " is in use by " + holder
                + "; each member needs a directory of its own: stop the other one, or set another APPLICATION_DIR");
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
            LOG.warn("{} could not be emptied; the lock has ended all the same", directory.resolve(LOCK), failure);
        }
        lock = null;
    }

    /**
     * Closes the database. Committed rows stay in the log if it cannot be checkpointed now; the next open reads them
     * there.
     */
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
