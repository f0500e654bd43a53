package io.discovery.registry;

import io.discovery.model.Version;

/** The cluster's clock as this member reads it. Never runs backwards; safe for all threads; never blocks. */
public interface Clock {

    /** Microseconds since the epoch. */
    long nowMicros();

    /** The latest moment of which a version can be; beyond it some clock ran ahead. */
    default long limitMicros() {
        return nowMicros() + Version.CLOCK_TOLERANCE_MICROS;
    }

    /** A version for a change made now: above every version this member made before. */
    Version next();

    /** A version for a change made now that must be above {@code seen} too. */
    Version nextAbove(Version seen);
}
