package io.discovery.backend.file;

import io.discovery.registry.ChangeStore;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history in the member's file: a table of its own, which an earlier version of the program leaves alone, and a
 * connection of its own, so that a member writes its registrations whatever happens here.
 */
final class ChangeTable implements ChangeStore {

    private static final Logger log = LoggerFactory.getLogger(ChangeTable.class);

    /** Number of the oldest rows whose age is looked at by each write: no index has to be kept for that. */
    private static final int PART = 1_000;

    /** It writes at one end and removes at the other, and reads once. */
    private static final int CACHE_BYTES = 2 << 20;

    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS history (
              number INTEGER PRIMARY KEY,     -- in the order in which the member learned of the changes
              time INTEGER NOT NULL,          -- microseconds since the epoch
              change TEXT NOT NULL            -- JSON, as GET /v1/changes shows it
            )""";

    /** The length of a text is known without reading it. */
    private static final String BYTES = "SELECT coalesce(sum(octet_length(change)), 0) FROM history";

    private static final String NEWEST =
            "SELECT time, octet_length(change), change FROM history WHERE time >= ? ORDER BY number DESC LIMIT ?";

    private final DatabaseFile file;
    private final Flush flush;

    /** Null before the first use, and after a failure until the next. */
    private @Nullable Connection connection;

    private @Nullable Object fileKey;
    /** Bytes of the JSON of all rows; of no meaning without a connection. */
    private long bytes;

    ChangeTable(DatabaseFile file, Flush flush) {
        this.file = file;
        this.flush = flush;
    }

    /** Statements to run on the connection. */
    private interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    @Override
    public List<Row> read(Bounds bounds) {
        return inUse(open -> {
            List<Row> rows = new ArrayList<>();
            try (PreparedStatement newest = open.prepareStatement(NEWEST)) {
                newest.setLong(1, bounds.oldestMicros());
                newest.setInt(2, bounds.rows());
                try (ResultSet found = newest.executeQuery()) {
                    long left = bounds.bytes();
                    // A text comes into memory when it is asked for, and not before.
                    while (found.next() && found.getLong(2) <= left) {
                        left -= found.getLong(2);
                        rows.add(new Row(found.getLong(1), String.valueOf(found.getString(3))));
                    }
                }
            }
            Collections.reverse(rows);
            return rows;
        });
    }

    @Override
    public void write(List<Row> rows, Bounds bounds) {
        inUse(open -> {
            if (!Objects.equals(fileKey, file.key())) {
                throw new SQLException("it was moved or removed while in use; put it back, or restart this member");
            }
            open.setAutoCommit(false);
            insert(open, rows);
            remove(open, "number <= (SELECT max(number) FROM history) - ?", bounds.rows());
            remove(
                    open,
                    "number IN (SELECT number FROM history ORDER BY number LIMIT " + PART + ") AND time < ?",
                    bounds.oldestMicros());
            if (bytes > bounds.bytes()) {
                remove(open, "number <= ?", lastToRemove(open, bounds.bytes()));
            }
            open.setAutoCommit(true);
            return rows.size();
        });
    }

    private void insert(Connection open, List<Row> rows) throws SQLException {
        try (PreparedStatement insert = open.prepareStatement("INSERT INTO history (time, change) VALUES (?, ?)")) {
            for (Row row : rows) {
                insert.setLong(1, row.micros());
                insert.setString(2, row.json());
                insert.executeUpdate();
                bytes += row.json().length();
            }
        }
    }

    private void remove(Connection open, String which, long limit) throws SQLException {
        try (PreparedStatement removed = open.prepareStatement(BYTES + " WHERE " + which);
                PreparedStatement remove = open.prepareStatement("DELETE FROM history WHERE " + which)) {
            removed.setLong(1, limit);
            bytes -= number(removed);
            remove.setLong(1, limit);
            remove.executeUpdate();
        }
    }

    /** Returns the number of the newest row that has to go so that no more than these bytes remain. */
    private long lastToRemove(Connection open, long mostBytes) throws SQLException {
        long last = -1;
        try (Statement statement = open.createStatement();
                ResultSet oldest =
                        statement.executeQuery("SELECT number, octet_length(change) FROM history ORDER BY number")) {
            for (long held = bytes; held > mostBytes && oldest.next(); held -= oldest.getLong(2)) {
                last = oldest.getLong(1);
            }
        }
        return last;
    }

    private static long number(PreparedStatement query) throws SQLException {
        try (ResultSet found = query.executeQuery()) {
            return found.next() ? found.getLong(1) : 0;
        }
    }

    /** Runs the work, and closes the connection unless it succeeds: the transaction is rolled back. */
    private <T> T inUse(Work<T> work) {
        boolean done = false;
        try {
            T result = work.run(opened());
            done = true;
            return result;
        } catch (SQLException failure) {
            throw new BackendException("the history: " + Failures.explain(file.path(), failure), failure);
        } catch (UnusableBackendException another) {
            throw new BackendException("the history: " + another.getMessage(), another);
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private Connection opened() throws SQLException {
        Connection open = connection;
        if (open == null) {
            fileKey = file.key();
            open = Database.connect(file, flush, CACHE_BYTES);
            connection = open;
            // Another file may have come to this place since the member started.
            file.checkIdentity(open);
            try (Statement statement = open.createStatement()) {
                statement.executeUpdate(TABLE);
            }
            try (PreparedStatement held = open.prepareStatement(BYTES)) {
                bytes = number(held);
            }
        }
        return open;
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException failure) {
                log.warn("{} was not closed cleanly; nothing written is lost", file.path(), failure);
            }
        }
    }
}
