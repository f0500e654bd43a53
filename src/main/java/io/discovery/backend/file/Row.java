package io.discovery.backend.file;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.StorageBackend.BackendException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * Codec of a registration as a row, register by register. Reading checks types: SQLite lets a person put any value into
 * any column.
 */
final class Row {

    /** The schema: SQLite keeps the comments, so {@code .schema} explains the file. */
    static final String TABLE = """
            CREATE TABLE registration (
              -- Times are microseconds since the epoch: datetime(last_check_in / 1000000, 'unixepoch').
              -- In texts a backslash starts an escape: \\\\ \\n \\r \\t \\u0000.
              service TEXT NOT NULL,
              ip_address TEXT NOT NULL,
              key_port INTEGER NOT NULL,      -- 0 where the port is no part of the identity
              port INTEGER,                   -- null, as all of the check-in, once it is deregistered
              revision TEXT,
              service_repo_name TEXT,
              last_check_in INTEGER,
              check_in_member INTEGER,        -- the member that took the check-in
              deregistered INTEGER,           -- the latest deregistration, null if there was none
              deregistered_member INTEGER,
              tags TEXT NOT NULL,             -- a line a tag: key, JSON value, time, member, with tabs between
              additions TEXT,                 -- what later versions of the program add, like tags; null if nothing
              keep_until INTEGER NOT NULL,    -- from then on the row means nothing, and is removed some time
              PRIMARY KEY (service, ip_address, key_port)
            ) WITHOUT ROWID""";

    static final String COLUMNS = "service, ip_address, key_port, port, revision, service_repo_name, last_check_in,"
            + " check_in_member, deregistered, deregistered_member, tags, additions, keep_until";

    /** Adds the column to a table of an earlier version, which can still use the table. */
    static final String ADD_ADDITIONS = "ALTER TABLE registration ADD COLUMN additions TEXT";

    private Row() {}

    static void bindKey(PreparedStatement statement, InstanceKey key) throws SQLException {
        statement.setString(1, Escapes.escape(key.service().text()));
        statement.setString(2, key.address().text());
        statement.setInt(3, key.port());
    }

    /** Sets the parameters in the order of {@link #COLUMNS}. */
    static void bind(PreparedStatement statement, Registration registration, long keepUntil) throws SQLException {
        bindKey(statement, registration.key());
        CheckIn checkIn = registration.checkIn();
        if (checkIn == null) {
            for (int column = 4; column <= 8; column++) {
                statement.setNull(column, Types.NULL);
            }
        } else {
            statement.setInt(4, checkIn.port());
            statement.setString(5, Escapes.escape(checkIn.revision()));
            statement.setString(6, Escapes.escape(checkIn.repo()));
            bindVersion(statement, 7, checkIn.version());
        }
        bindVersion(statement, 9, registration.deregistration());
        statement.setString(11, TagLines.write(registration.tags()));
        Tags additions = registration.additions();
        statement.setString(12, additions.list().isEmpty() ? null : TagLines.write(additions));
        statement.setLong(13, keepUntil);
    }

    private static void bindVersion(PreparedStatement statement, int column, @Nullable Version version)
            throws SQLException {
        if (version == null) {
            statement.setNull(column, Types.NULL);
            statement.setNull(column + 1, Types.NULL);
        } else {
            statement.setLong(column, version.micros());
            statement.setLong(column + 1, version.member());
        }
    }

    /**
     * Reads a row.
     *
     * @throws BackendException naming the row, if it is not the output of {@link #bind}
     */
    static Registration read(ResultSet row) throws SQLException {
        try {
            InstanceKey key = new InstanceKey(
                    new ServiceName(text(row, 1)), new IpAddress(text(row, 2)), Math.toIntExact(number(row, 3)));
            Tags tags = TagLines.read((String) value(row, 11));
            return new Registration(key, checkIn(row), tags, version(row, 9), additions(row));
        } catch (IllegalArgumentException | ArithmeticException | ClassCastException | RegistryException damage) {
            throw new BackendException(
                    "the row of service " + row.getObject(1) + ", ip_address " + row.getObject(2) + ", key_port "
                            + row.getObject(3) + " cannot be read: " + damage.getMessage(),
                    damage);
        }
    }

    private static @Nullable CheckIn checkIn(ResultSet row) throws SQLException {
        Version version = version(row, 7);
        return version == null
                ? null
                : new CheckIn(version, Math.toIntExact(number(row, 4)), text(row, 5), text(row, 6));
    }

    private static Tags additions(ResultSet row) throws SQLException {
        Object lines = row.getObject(12);
        return lines == null ? Tags.NONE : TagLines.read((String) lines);
    }

    private static @Nullable Version version(ResultSet row, int column) throws SQLException {
        return row.getObject(column) == null ? null : new Version(number(row, column), number(row, column + 1));
    }

    private static String text(ResultSet row, int column) throws SQLException {
        return Escapes.unescape((String) value(row, column));
    }

    private static long number(ResultSet row, int column) throws SQLException {
        Object value = value(row, column);
        return value instanceof Integer small ? small : (Long) value;
    }

    private static Object value(ResultSet row, int column) throws SQLException {
        Object value = row.getObject(column);
        if (value == null) {
            throw new IllegalArgumentException("column " + row.getMetaData().getColumnName(column) + " is null");
        }
        return value;
    }
}
