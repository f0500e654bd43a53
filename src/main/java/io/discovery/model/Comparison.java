package io.discovery.model;

import java.util.concurrent.TimeUnit;

/**
 * What two copies of the registry compare: the registrations whose last version is younger than a moment. Members drop
 * registrations at the end of RETENTION at slightly different times, so those that are about to end are left out. The
 * moment is a border between slices of time, so that a copy can keep its digests as one sum for each slice.
 *
 * @param sliceMicros the length of a slice, the same for all members of a cluster; above 0
 * @param afterSlice the number of the last slice that is left out, counted from the epoch
 */
public record Comparison(long sliceMicros, long afterSlice) {

    /** Who is closer than this to the end of RETENTION is left out. */
    private static final long MARGIN_MICROS = TimeUnit.SECONDS.toMicros(30);
    /** RETENTION has about so many slices. */
    private static final int SLICES = 64;

    /** A comparison made now; members whose clocks differ must all use the one that the first of them made. */
    public static Comparison at(Lease lease, long nowMicros) {
        long slice = sliceMicros(lease);
        return new Comparison(slice, Math.floorDiv(nowMicros + MARGIN_MICROS - lease.retentionMicros(), slice));
    }

    /** How long a slice is by this lease, in microseconds. */
    public static long sliceMicros(Lease lease) {
        return lease.retentionMicros() / SLICES;
    }

    /** The number of the slice of a registration's last version. */
    public static long slice(Registration registration, long sliceMicros) {
        return Math.floorDiv(registration.lastVersion().micros(), sliceMicros);
    }

    public boolean includes(Registration registration) {
        return slice(registration, sliceMicros) > afterSlice;
    }
}
