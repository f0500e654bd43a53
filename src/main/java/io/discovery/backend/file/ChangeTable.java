package io.discovery.backend.file;

import io.discovery.registry.ChangeStore;
import io.discovery.registry.StorageBackend.BackendException;
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

    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS history (
              number INTEGER PRIMARY KEY,     -- in the order in which the member learned of the changes
              time INTEGER NOT NULL,          -- microseconds since the epoch
              change TEXT NOT NULL            -- JSON, as GET /v1/changes shows it
            )""";

    private final DatabaseFile file;
    private final Flush flush;

    /** Null before the first use, and after a failure until the next. */
    private @Nullable Connection connection;

    private @Nullable Object fileKey;

    ChangeTable(DatabaseFile file, Flush flush) {
        this.file = file;
        this.flush = flush;
    }

    /** Statements to run on the connection. */
    private interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    @Override
    public List<Row> read(int most) {
        return inUse(open -> {
            List<Row> rows = new ArrayList<>();
            try (PreparedStatement newest =
                    open.prepareStatement("SELECT time, change FROM history ORDER BY number DESC LIMIT ?")) {
                newest.setInt(1, most);
                try (ResultSet found = newest.executeQuery()) {
                    while (found.next()) {
                        rows.add(new Row(found.getLong(1), String.valueOf(found.getString(2))));
                    }
                }
            }
            Collections.reverse(rows);
            return rows;
        });
    }

    @Override
    public void write(List<Row> rows, int most, long oldestMicros) {
        inUse(open -> {
            if (!Objects.equals(fileKey, file.key())) {
                throw new SQLException("it was moved or removed while in use; put it back, or restart this member");
            }
            open.setAutoCommit(false);
            insert(open, rows);
            remove(open, "number <= (SELECT max(number) FROM history) - ?", most);
            remove(
                    open,
                    "number IN (SELECT number FROM history ORDER BY number LIMIT " + PART + ") AND time < ?",
                    oldestMicros);
            open.setAutoCommit(true);
            return rows.size();
        });
    }

    private static void insert(Connection open, List<Row> rows) throws SQLException {
        try (PreparedStatement insert = open.prepareStatement("INSERT INTO history (time, change) VALUES (?, ?)")) {
            for (Row row : rows) {
                insert.setLong(1, row.micros());
                insert.setString(2, row.json());
                insert.executeUpdate();
            }
        }
    }

    private static void remove(Connection open, String which, long limit) throws SQLException {
        try (PreparedStatement remove = open.prepareStatement("DELETE FROM history WHERE " + which)) {
            remove.setLong(1, limit);
            remove.executeUpdate();
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
            open = Database.connect(file, flush);
            connection = open;
            try (Statement statement = open.createStatement()) {
                statement.executeUpdate(TABLE);
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
