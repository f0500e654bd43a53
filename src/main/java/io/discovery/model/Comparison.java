package io.discovery.model;

import java.util.concurrent.TimeUnit;

/**
 * The set of registrations that two copies of the registry compare: those whose last version is younger than a moment.
 * Members drop registrations at the end of RETENTION at slightly different times, so the comparison leaves out those
 * that are about to end. The moment is a border between slices of time, so that a copy can keep its digests as one sum
 * for each slice.
 *
 * @param sliceMicros the length of a slice, the same for all members of a cluster; above 0
 * @param afterSlice the number of the last slice that is left out, counted from the epoch
 */
public record Comparison(long sliceMicros, long afterSlice) {

    /** Registrations closer than this to the end of RETENTION are left out. */
    private static final long MARGIN_MICROS = TimeUnit.SECONDS.toMicros(30);
    /** Number of slices in RETENTION, about. */
    private static final int SLICES = 64;

    /**
     * Returns the comparison at a moment; members whose clocks differ must all use the one that the first of them made.
     */
    public static Comparison at(Lease lease, long nowMicros) {
        long slice = sliceMicros(lease);
        return new Comparison(slice, Math.floorDiv(nowMicros + MARGIN_MICROS - lease.retentionMicros(), slice));
    }

    /** Returns the length of a slice for this lease, in microseconds. */
    public static long sliceMicros(Lease lease) {
        return lease.retentionMicros() / SLICES;
    }

    /** Returns the number of the slice of a registration's last version. */
    public static long slice(Registration registration, long sliceMicros) {
        return Math.floorDiv(registration.lastVersion().micros(), sliceMicros);
    }

    public boolean includes(Registration registration) {
        return slice(registration, sliceMicros) > afterSlice;
    }
}
