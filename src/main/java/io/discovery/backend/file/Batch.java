package io.discovery.backend.file;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Write;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The write of one batch of registrations, by the rule of {@link FileBackend}. */
final class Batch {

    private final Database database;
    private final Retention retention;

    private final List<RowKey> replaced = new ArrayList<>();
    private int written;

    Batch(Database database, Retention retention) {
        this.database = database;
        this.retention = retention;
    }

    /** Writes the batch; to be called within a transaction. */
    void write(Collection<Write> writes) throws SQLException {
        for (Write write : writes) {
            write(write.registration());
        }
    }

    private void write(Registration given) throws SQLException {
        Registration row = find(given.key());
        Registration merged = given.mergedInto(retention.beside(given, row));
        if (!merged.equals(row)) {
            database.put(merged, retention.keptUntil(merged));
            written++;
        }
    }

    /** Returns the row, or null if it is absent or damaged: only this registration will ever replace a damaged row. */
    private @Nullable Registration find(InstanceKey key) throws SQLException {
        try {
            return database.find(key);
        } catch (BackendException damaged) {
            replaced.add(RowKey.of(key));
            return null;
        }
    }

    /** Returns the number of changed rows. */
    int written() {
        return written;
    }

    /** Returns the keys of damaged rows that were replaced. */
    List<RowKey> replaced() {
        return List.copyOf(replaced);
    }
}
