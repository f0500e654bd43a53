package io.discovery.registry;

import io.discovery.model.Version;

/** The cluster's clock as this member reads it. It never runs backwards. Thread-safe; never blocks. */
public interface Clock {

    /** Returns the time in microseconds since the epoch. */
    long nowMicros();

    /**
     * Returns the time by which copies of other members and rows of backends count, in microseconds since the epoch:
     * this clock's, unless that is known to be wrong.
     */
    default long clusterMicros() {
        return nowMicros();
    }

    /** Returns the latest time that a version can have; a version beyond it comes from a clock that ran ahead. */
    default long limitMicros() {
        return clusterMicros() + Version.CLOCK_TOLERANCE_MICROS;
    }

    /** Returns a version for a change made now; it is above every version that this member made before. */
    Version next();

    /** Returns a version for a change made now that must be above {@code seen} too. */
    Version nextAbove(Version seen);
}
