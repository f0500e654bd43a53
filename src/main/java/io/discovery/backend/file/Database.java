package io.discovery.backend.file;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.BackendException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open file: one connection, its prepared statements. After a failure it is closed and another one opened; only
 * that surely ends a transaction that failed half way.
 */
final class Database implements AutoCloseable {

    /** Long enough for a backup or a manual query; a member's writer can wait. */
    private static final int BUSY_MILLIS = 5_000;

    private static final int PAGE_BYTES = 4_096;

    /**
     * Length of the write-ahead log at which SQLite checkpoints it, and to which it truncates a log that a long read by
     * another process made grow. Heartbeats come in any order, so a batch touches as many pages as rows: this limit
     * saves writing the same pages again and again, and is a third faster than SQLite's own 4 MB.
     */
    private static final int LOG_BYTES = 16 << 20;

    private static final int CACHE_BYTES = 32 << 20;

    private static final String ROWS = "SELECT " + Row.COLUMNS + " FROM registration ";

    private final DatabaseFile file;
    private final @Nullable Object fileKey;
    private final Connection connection;
    private final PreparedStatement find;
    private final PreparedStatement put;
    private final PreparedStatement kept;
    private final Purger purger;

    private Database(DatabaseFile file, Connection connection) throws SQLException {
        this.file = file;
        this.fileKey = file.key();
        this.connection = connection;
        find = connection.prepareStatement(ROWS + "WHERE service = ? AND ip_address = ? AND key_port = ?");
        put = connection.prepareStatement(
                "REPLACE INTO registration (" + Row.COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        kept = connection.prepareStatement(ROWS + "WHERE keep_until > ?");
        purger = new Purger(connection);
    }

    /** Opens an existing file for reading and writing, which must both be possible. */
    static Database open(DatabaseFile file, Flush flush) throws SQLException {
        Connection connection = connect(file, flush, CACHE_BYTES);
        boolean opened = false;
        try {
            file.checkIdentity(connection);
            file.upgrade(connection);
            Database database = new Database(file, connection);
            database.inTransaction(() -> {});
            opened = true;
            return database;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    /**
     * Connects to an existing file for reading and writing.
     *
     * @param cacheBytes memory for its pages
     */
    static Connection connect(DatabaseFile file, Flush flush, int cacheBytes) throws SQLException {
        Connection connection = DriverManager.getConnection(file.url("mode=rw&transaction_mode=IMMEDIATE"));
        boolean opened = false;
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = " + BUSY_MILLIS);
                statement.execute("PRAGMA journal_mode = WAL");
                // With the log, every committed transaction survives the end of the process; a power failure may lose
                // the last ones if they are not flushed, never an earlier one.
                statement.execute("PRAGMA synchronous = " + flush.synchronous());
                statement.execute("PRAGMA wal_autocheckpoint = " + LOG_BYTES / PAGE_BYTES);
                statement.execute("PRAGMA journal_size_limit = " + LOG_BYTES);
                statement.execute("PRAGMA cache_size = -" + cacheBytes / 1_024);
            }
            opened = true;
            return connection;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    /** Statements to run on the file. */
    interface Work {
        void run() throws SQLException;
    }

    /**
     * Runs the work in a transaction. After an exception this database must be closed; then the transaction is rolled
     * back.
     */
    void inTransaction(Work work) throws SQLException {
        connection.setAutoCommit(false);
        work.run();
        connection.setAutoCommit(true);
    }

    /**
     * Reads a row.
     *
     * @throws BackendException if it is damaged
     */
    @Nullable
    Registration find(InstanceKey key) throws SQLException {
        Row.bindKey(find, key);
        try (ResultSet rows = find.executeQuery()) {
            return rows.next() ? Row.read(rows) : null;
        }
    }

    void put(Registration registration, long keepUntil) throws SQLException {
        Row.bind(put, registration, keepUntil);
        put.executeUpdate();
    }

    /** Removes some rows past their RETENTION if a purge is due; returns their keys. */
    List<RowKey> purgeIfDue(Retention retention) throws SQLException {
        return purger.runIfDue(retention.nowMicros(), retention.removableMicros());
    }

    /** Passes each row within its RETENTION to {@code registrations}, or, if it is damaged, to {@code damaged}. */
    void forEachKept(long nowMicros, Consumer<Registration> registrations, DamagedRows damaged) throws SQLException {
        kept.setLong(1, nowMicros);
        try (ResultSet rows = kept.executeQuery()) {
            while (rows.next()) {
                Registration registration = null;
                try {
                    registration = Row.read(rows);
                } catch (BackendException damage) {
                    damaged.add(RowKey.read(rows), String.valueOf(damage.getMessage()));
                }
                if (registration != null) {
                    registrations.accept(registration);
                }
            }
        }
    }

    /** Returns whether the open file still has its name. If not, the next start misses everything written to it. */
    boolean isInPlace() {
        return Objects.equals(fileKey, file.key());
    }

    /**
     * Checkpoints the log, as far as readers permit without waiting; removes it if there are none. Closing rolls back a
     * failed transaction.
     */
    @Override
    public void close() throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            if (connection.getAutoCommit()) {
                statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
            }
        }
    }
}
