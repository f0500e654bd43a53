package io.discovery.backend.file;

import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Write;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One batch of registrations on its way into the rows, by the rule of {@link FileBackend}. */
final class Batch {

    private final Database database;
    private final Lease lease;
    private final long nowMicros;

    private final Map<InstanceKey, BackendException> notWritten = new HashMap<>();
    private int written;

    Batch(Database database, Lease lease, long nowMicros) {
        this.database = database;
        this.lease = lease;
        this.nowMicros = nowMicros;
    }

    /** Call it within a transaction. */
    void write(Collection<Write> writes) throws SQLException {
        for (Write write : writes) {
            try {
                write(write.registration());
            } catch (BackendException damagedRow) {
                notWritten.put(write.registration().key(), damagedRow);
            }
        }
    }

    private void write(Registration given) throws SQLException {
        if (!lease.isKept(given, nowMicros)) {
            return;
        }
        Registration row = database.find(given.key());
        Registration merged = given.mergedInto(beside(given, row));
        if (!merged.equals(row)) {
            database.put(merged, lease.keptUntil(merged));
            written++;
        }
    }

    /** The row as it counts beside the registration given. */
    private @Nullable Registration beside(Registration given, @Nullable Registration row) {
        return row == null || !lease.isKept(row, nowMicros) ? null : row.restoredBeside(given, lease);
    }

    /** How many rows are not as they were. */
    int written() {
        return written;
    }

    /** The registrations whose rows are damaged, each with the reason. */
    Map<InstanceKey, BackendException> notWritten() {
        return Map.copyOf(notWritten);
    }
}
