package io.discovery.registry;

import io.discovery.model.Lease;
import io.discovery.model.Registration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of RETENTION for backends: which of its rows count, which it may remove, and how it merges a row with a
 * registration to be written. The time is the cluster's clock, so a backend asks for it only while it scans and writes,
 * never while it is created and opened: there is no cluster yet then. Thread-safe.
 */
public final class Retention {

    private final Lease lease;
    private final LongSupplier nowMicros;
    private final LongSupplier provenMicros;

    /**
     * @param nowMicros the cluster's clock, in microseconds since the epoch
     * @param provenMicros time up to which that clock is proven: a removed row cannot be restored, so a clock that may
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

    /** Returns the time at which the RETENTION of the registration ends, in microseconds since the epoch. */
    public long keptUntil(Registration registration) {
        return lease.keptUntil(registration);
    }

    /** Returns whether the row counts. If not, it is treated as absent. */
    public boolean isKept(Registration row) {
        return lease.isKept(row, nowMicros());
    }

    /**
     * Returns the time up to which a backend may remove rows whose RETENTION has ended; {@link Long#MIN_VALUE} as long
     * as it may remove none.
     */
    public long removableMicros() {
        return provenMicros.getAsLong();
    }

    public boolean isRemovable(Registration row) {
        return keptUntil(row) <= removableMicros();
    }

    /** Returns the greatest time of a last version for which {@link #keptUntil} is at or before {@code micros}. */
    public long lastVersionEndedAt(long micros) {
        long retention = lease.retentionMicros();
        return micros < Long.MIN_VALUE + retention ? Long.MIN_VALUE : micros - retention;
    }

    /**
     * Returns the row in the state in which it is merged with the given registration; null if the row does not count.
     * The member that gives a registration knows the state of the row that had been read, so a row of a clock that ran
     * ahead counts as {@link Registration#countedBeside} the given registration.
     */
    public @Nullable Registration beside(Registration given, @Nullable Registration row) {
        if (row == null || !isKept(row)) {
            return null;
        }
        return row.countedBeside(given, nowMicros()).restoredBeside(given, lease);
    }
}
