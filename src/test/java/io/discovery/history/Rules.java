package io.discovery.history;

import java.time.Duration;

/**
 * The bounds of what is promised in a history.
 *
 * @param read the longest a member that is not away may take to answer a read, which it must not refuse
 * @param write the longest a member may take to answer a change, or to refuse it
 * @param edge around the times at which a member is away, in which its answers are not timed
 * @param clocks the largest difference between the clocks of two members on a busy machine
 * @param news the longest from a change that a member shows until its watchers have it, and the longest until all other
 *     members show it while nothing is at fault
 * @param lease HOST_TTL
 * @param grace the longest that a silent host is listed beyond its lease
 * @param catchingUp the longest from the end of a fault until a member has merged, has caught up and has told its watchers
 * @param isProtected whether hosts may stay listed beyond their lease, by EXPIRY_PROTECTION
 */
public record Rules(
        Duration read,
        Duration write,
        Duration edge,
        Duration clocks,
        Duration news,
        Duration lease,
        Duration grace,
        Duration catchingUp,
        boolean isProtected) {

    /** The share of a lease by which a member's clock may shorten it. */
    private static final int HASTE = 100;

    /** Returns the time up to which the lease of a check-in lasts in any case. */
    long leaseLastsUntil(Operation checkIn) {
        return checkIn.invoked() + lease.minus(lease.dividedBy(HASTE)).toNanos() - edge.toNanos();
    }

    /** Returns the time from which on the lease of a check-in must have ended. */
    long leaseHasEndedBy(Operation checkIn) {
        return checkIn.completed()
                + lease.plus(lease.dividedBy(HASTE)).plus(grace).toNanos();
    }
}
