package io.discovery.registry;

import io.discovery.model.Version;

/** The cluster's clock as this member reads it. It never runs backwards. Thread-safe; never blocks. */
public interface Clock {

    /** Returns the time in microseconds since the epoch. */
    long nowMicros();

    /** Returns the latest time that a version can have; a version beyond it comes from a clock that ran ahead. */
    default long limitMicros() {
        return nowMicros() + Version.CLOCK_TOLERANCE_MICROS;
    }

    /** Returns a version for a change made now; it is above every version that this member made before. */
    Version next();

    /** Returns a version for a change made now that must be above {@code seen} too. */
    Version nextAbove(Version seen);
}
