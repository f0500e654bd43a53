package io.discovery.durability;

import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.Damage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A report of the rows of a backend that cannot be read: in the log when their number changes, elsewhere as long as
 * there are any. {@link #look} is confined to one thread; the rest is thread-safe.
 */
public final class DamageReport {

    private static final Logger log = LoggerFactory.getLogger(DamageReport.class);

    private final StorageBackend backend;
    private long loggedRows;

    public DamageReport(StorageBackend backend) {
        this.backend = backend;
    }

    /** Returns the number of rows that cannot be read, as far as is known. */
    public long rows() {
        return backend.damage().rows();
    }

    /** Returns a text about the rows that cannot be read; null if all can. */
    public @Nullable String text() {
        Damage damage = backend.damage();
        return damage.rows() == 0
                ? null
                : damage.rows() + (damage.rows() == 1 ? " row" : " rows") + " of " + backend.description()
                        + " cannot be read: " + String.join("; ", damage.reasons())
                        + (damage.rows() > damage.reasons().size() ? "; ..." : "");
    }

    /** Logs a change of the number of unreadable rows; to be called every few seconds. */
    public void look() {
        long rows = rows();
        if (rows == loggedRows) {
            return;
        }
        loggedRows = rows;
        String text = text();
        if (text == null) {
            log.info("all rows of {} can be read again, or are gone", backend.description());
        } else {
            log.error("{}. All others are used; each of these is replaced when its host registers", text);
        }
    }
}
