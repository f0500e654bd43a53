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
 * Removal of rows past their RETENTION, a part of the file at a time. Such rows do no harm but take space, so there is
 * no hurry; an index to find them would halve the speed of writes.
 */
final class Purger {

    private static final long PAUSE_MICROS = TimeUnit.MINUTES.toMicros(1);

    /** Number of rows in one part. */
    static final int PART_ROWS = 20_000;

    private final PreparedStatement part;
    private final PreparedStatement remove;

    private RowKey from = RowKey.FIRST;
    private @Nullable Long lastMicros;

    Purger(Connection connection) throws SQLException {
        part = connection.prepareStatement("SELECT service, ip_address, key_port, keep_until FROM registration"
                + " WHERE (service, ip_address, key_port) > (?, ?, ?)"
                + " ORDER BY service, ip_address, key_port LIMIT " + PART_ROWS);
        remove = connection.prepareStatement(
                "DELETE FROM registration WHERE service = ? AND ip_address = ? AND key_port = ?");
    }

    /**
     * Purges the next part, if the last purge was a minute ago, or the clock has been set back by that.
     *
     * @param removableMicros rows that ended at or before this moment are removed
     * @return the keys of the removed rows
     */
    List<RowKey> runIfDue(long nowMicros, long removableMicros) throws SQLException {
        Long last = lastMicros;
        if (last != null && Math.abs(nowMicros - last) < PAUSE_MICROS) {
            return List.of();
        }
        lastMicros = nowMicros;
        List<RowKey> ends = nextPart(removableMicros);
        for (RowKey ended : ends) {
            ended.bind(remove);
            remove.executeUpdate();
        }
        return ends;
    }

    private List<RowKey> nextPart(long removableMicros) throws SQLException {
        List<RowKey> ended = new ArrayList<>();
        int visited = 0;
        from.bind(part);
        try (ResultSet rows = part.executeQuery()) {
            while (rows.next()) {
                visited++;
                from = RowKey.read(rows);
                if (rows.getLong(4) <= removableMicros) {
                    ended.add(from);
                }
            }
        }
        from = visited < PART_ROWS ? RowKey.FIRST : from;
        return ended;
    }
}
