package io.discovery.backend.file;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Removes the rows that are past their RETENTION, a part of the file at a time. Such rows do no harm but take space, so
 * there is no hurry; an index to find them would cost every write half its speed.
 */
final class Purger {

    private static final long PAUSE_MICROS = TimeUnit.MINUTES.toMicros(1);

    /** How many rows one part has. */
    static final int LOOKED_AT = 20_000;

    /** A row's key as its columns have it; not an instance, for the row may be damaged. */
    private record Key(String service, String address, long port) {

        private static final Key FIRST = new Key("", "", 0);

        void bind(PreparedStatement statement) throws SQLException {
            statement.setString(1, service);
            statement.setString(2, address);
            statement.setLong(3, port);
        }
    }

    private final PreparedStatement part;
    private final PreparedStatement remove;

    private Key from = Key.FIRST;
    private @Nullable Long lastMicros;

    Purger(Connection connection) throws SQLException {
        part = connection.prepareStatement("SELECT service, ip_address, key_port, keep_until FROM registration"
                + " WHERE (service, ip_address, key_port) > (?, ?, ?)"
                + " ORDER BY service, ip_address, key_port LIMIT " + LOOKED_AT);
        remove = connection.prepareStatement(
                "DELETE FROM registration WHERE service = ? AND ip_address = ? AND key_port = ?");
    }

    /**
     * Looks at the next part, if the last one was looked at a minute ago, or the clock has been set back so far.
     *
     * @param removableMicros what ended at or before this moment is removed
     */
    void runIfDue(long nowMicros, long removableMicros) throws SQLException {
        Long last = lastMicros;
        if (last == null || Math.abs(nowMicros - last) >= PAUSE_MICROS) {
            lastMicros = nowMicros;
            for (Key ended : nextPart(removableMicros)) {
                ended.bind(remove);
                remove.executeUpdate();
            }
        }
    }

    private List<Key> nextPart(long removableMicros) throws SQLException {
        List<Key> ended = new ArrayList<>();
        int lookedAt = 0;
        from.bind(part);
        try (ResultSet rows = part.executeQuery()) {
            while (rows.next()) {
                lookedAt++;
                from = new Key(rows.getString(1), rows.getString(2), rows.getLong(3));
                if (rows.getLong(4) <= removableMicros) {
                    ended.add(from);
                }
            }
        }
        from = lookedAt < LOOKED_AT ? Key.FIRST : from;
        return ended;
    }
}
