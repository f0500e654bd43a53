package io.discovery.registry;

import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * RETENTION as every backend goes by it: which of its rows count, which may be removed, and what a row is worth beside a
 * registration that is to be written. Time is the cluster's clock, so it is asked only while the backend is scanned and
 * written, never while it is made and opened: then there is no cluster yet. Safe for all threads.
 */
public final class Retention {

    private final Lease lease;
    private final LongSupplier nowMicros;
    private final LongSupplier provenMicros;

    /**
     * @param nowMicros the cluster's clock, in microseconds since the epoch
     * @param provenMicros how far that clock is proven: by what is removed nothing can be got back, so a clock that may
     *     have been set wrong does not count
     */
    public Retention(Lease lease, LongSupplier nowMicros, LongSupplier provenMicros) {
        this.lease = lease;
        this.nowMicros = nowMicros;
        this.provenMicros = provenMicros;
    }

    public long nowMicros() {
        return nowMicros.getAsLong();
    }

    /** The moment from which the registration means nothing, in microseconds since the epoch. */
    public long keptUntil(Registration registration) {
        return lease.keptUntil(registration);
    }

    /** Whether the row counts. If not, it is as if it were not there. */
    public boolean isKept(Registration row) {
        return lease.isKept(row, nowMicros());
    }

    /** What ended at or before this moment may be removed; {@link Long#MIN_VALUE} as long as nothing may. */
    public long removableMicros() {
        return provenMicros.getAsLong();
    }

    public boolean isRemovable(Registration row) {
        return keptUntil(row) <= removableMicros();
    }

    /** The greatest time of a last version that has ended when {@link #keptUntil} is at or before {@code micros}. */
    public long lastVersionEndedAt(long micros) {
        long retention = lease.retentionMicros();
        return micros < Long.MIN_VALUE + retention ? Long.MIN_VALUE : micros - retention;
    }

    /**
     * The row as it counts beside what is given, with which it is then merged; null if it does not count. Whoever gives a
     * registration knows what had been read of the row. So what a clock wrote that ran ahead counts as written just before
     * what is given, whatever its time says: otherwise it would win over every removal until that time has come.
     */
    public @Nullable Registration beside(Registration given, @Nullable Registration row) {
        if (row == null || !isKept(row)) {
            return null;
        }
        boolean ahead = row.lastVersion().micros() > nowMicros() + Version.CLOCK_TOLERANCE_MICROS;
        Registration counts = ahead ? row.clampedTo(given.lastVersion().micros() - 1) : row;
        return counts.restoredBeside(given, lease);
    }
}
