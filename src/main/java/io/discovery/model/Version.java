package io.discovery.model;

/**
 * The version of one register of a {@link Registration}: time of the write, and the member that made it. A member never
 * makes the same version twice, so versions are unique in a cluster and totally ordered.
 *
 * @param micros microseconds since the epoch, by the cluster's clock
 * @param member id of the member that made it; {@link #NO_MEMBER} for a register written by a program without versions
 */
public record Version(long micros, long member) implements Comparable<Version> {

    /** The member id of rows that lyft/discovery wrote: their version is their last check-in alone. */
    public static final long NO_MEMBER = 0;

    /** Maximum time by which a version may be ahead of now; beyond it, a clock was wrong. */
    public static final long CLOCK_TOLERANCE_MICROS = 60_000_000;

    @Override
    public int compareTo(Version other) {
        int byTime = Long.compare(micros, other.micros);
        return byTime != 0 ? byTime : Long.compare(member, other.member);
    }

    public boolean isAfter(Version other) {
        return compareTo(other) > 0;
    }

    /** Returns whether the clock that made this version was wrong, by the cluster's time. */
    boolean isAhead(long nowMicros) {
        return micros - CLOCK_TOLERANCE_MICROS > nowMicros;
    }

    /** Returns the greatest version below this one. */
    public Version predecessor() {
        return member == Long.MIN_VALUE ? new Version(micros - 1, Long.MAX_VALUE) : new Version(micros, member - 1);
    }

    public static Version max(Version a, Version b) {
        return a.isAfter(b) ? a : b;
    }

    /** Returns this version, or the same member's at {@code limitMicros} if this one is later. */
    Version clampedTo(long limitMicros) {
        return micros > limitMicros ? new Version(limitMicros, member) : this;
    }
}
