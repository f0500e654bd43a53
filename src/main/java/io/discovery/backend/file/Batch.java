package io.discovery.backend.file;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Write;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** One batch of registrations on its way into the rows, by the rule of {@link FileBackend}. */
final class Batch {

    private final Database database;
    private final Retention retention;

    private final Map<InstanceKey, BackendException> notWritten = new HashMap<>();
    private int written;

    Batch(Database database, Retention retention) {
        this.database = database;
        this.retention = retention;
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
        Registration row = database.find(given.key());
        Registration merged = given.mergedInto(retention.beside(given, row));
        if (!merged.equals(row)) {
            database.put(merged, retention.keptUntil(merged));
            written++;
        }
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
