package io.discovery.cluster;

import io.discovery.model.Version;
import io.discovery.registry.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's clock as one member reads it. The process's own monotonic clock drives it; a comparison with a
 * reference, about once a second, adjusts its rate.
 *
 * <p>A member's reference is the cluster clock of the oldest member; the reference of the oldest member is its wall
 * clock. The first aim is that members agree, on both sides of a split too, where the later of two changes by these
 * clocks wins. So a member follows the oldest member quickly, and the oldest member follows its wall clock slowly if
 * that was set: two halves of a cluster that follow different wall clocks stay close for the length of a split. If the
 * oldest member is more than {@link #FAR_MICROS} ahead, this clock steps to its time. It never steps to a wall clock,
 * because a step would end all leases at once, and nothing tells a clock that was set right from one that was set
 * wrong: if the wall clock stays far ahead for {@link #WALL_PATIENCE} readings, this clock runs a quarter faster, and
 * leases are a fifth shorter meanwhile. This clock never runs backwards: if the reference is behind, it runs slower, at
 * half speed if the reference is far behind. Hosts are then listed a little longer; none is dropped.
 *
 * <p>A member whose clock is far ahead of the oldest member's does not tell its peers the time, so that it cannot move
 * their clocks when it becomes the oldest. If no other member is left to tell the time, its time counts after all, but
 * it stays marked as far ahead for one more lease, in which hosts check in. Thread-safe; reading it never blocks.
 */
public final class ClusterClock implements Clock {

    /** A clock that this clock is compared with. */
    public interface Reference {
        /** Reads the reference once; may block for a second. */
        Reading look();
    }

    /** The result of one comparison. */
    public sealed interface Reading {

        /**
         * The clock of the oldest member.
         *
         * @param nanos moment of the reading, by this process's monotonic clock
         * @param micros time that the oldest member's clock showed then, give or take {@code uncertainty} microseconds
         */
        record Peer(long nanos, long micros, long uncertainty) implements Reading {}

        /** No other clock: this member is the oldest of those whose clocks count. */
        record Self() implements Reading {}

        /** No reading: the oldest member did not answer in time, or is far ahead as this member is. */
        record None() implements Reading {}
    }

    /** Distance in microseconds beyond which small changes of the rate do not approach a reference. */
    static final long FAR_MICROS = TimeUnit.SECONDS.toMicros(10);
    /** Number of readings in a row that must show a wall clock far away before it counts. */
    static final int WALL_PATIENCE = 30;
    /** Maximum slowdown to follow the oldest member, as a part of the normal rate. */
    private static final double BEND_BACK_TO_PEER = 0.1;
    /**
     * Maximum speed-up to follow the oldest member, as a part of the normal rate: enough to keep up while that member
     * follows its wall clock.
     */
    private static final double BEND_TO_PEER = 0.5;
    /**
     * Maximum change of the rate to follow a wall clock: two halves of a cluster drift apart by 10 ms a second at most.
     */
    private static final double BEND_TO_WALL = 0.005;

    private static final double BEND_TO_FAR_BEHIND = 0.5;
    private static final double BEND_TO_FAR_AHEAD = 0.25;

    private static final Logger log = LoggerFactory.getLogger(ClusterClock.class);

    private final Reference reference;
    private final LongSupplier wallMicros;
    private final LongSupplier nanoTime;
    private final long member;
    private final long leaseNanos;
    private final AtomicLong lastVersion = new AtomicLong(Long.MIN_VALUE);
    /** Last of the versions that are ahead of this clock, because the registers that they replace are ahead. */
    private final AtomicLong lastAhead = new AtomicLong(Long.MIN_VALUE);

    private final LongAdder steps = new LongAdder();
    private volatile Line line;
    private volatile boolean isFarAhead;
    /** Lead of this clock, in microseconds, when the oldest member last told the time. */
    private volatile long leadMicros;
    /** Moment since which this clock is far ahead and no other member is left to tell the time; null if one is. */
    private volatile @Nullable Long aloneSince;

    private int farLooks;

    /** Time as a straight line: at {@code nanos} it was {@code micros}, and it moves at {@code rate}. */
    private record Line(long nanos, long micros, double rate) {
        long at(long nowNanos) {
            return micros + (long) ((nowNanos - nanos) / 1_000.0 * rate);
        }
    }

    /**
     * Reads the reference once, and may block for a second.
     *
     * @param wallMicros this machine's wall clock in microseconds since the epoch
     * @param nanoTime the process's monotonic clock in nanoseconds
     * @param member this member's id in versions, never used by another member
     * @param lease time within which each host checks in
     */
    public ClusterClock(
            Reference reference, LongSupplier wallMicros, LongSupplier nanoTime, long member, Duration lease) {
        this.reference = reference;
        this.wallMicros = wallMicros;
        this.nanoTime = nanoTime;
        this.member = member;
        this.leaseNanos = lease.toNanos();
        this.line = startAt(reference.look());
    }

    private Line startAt(Reading reading) {
        return reading instanceof Reading.Peer peer
                ? new Line(peer.nanos(), peer.micros(), 1)
                : new Line(nanoTime.getAsLong(), wallMicros.getAsLong(), 1);
    }

    /**
     * Compares this clock with the reference and adjusts its rate; to be called about once a second. May block for a
     * second.
     *
     * @return whether the reference gave a reading
     */
    public synchronized boolean adjust() {
        Reading reading = reference.look();
        if (reading instanceof Reading.Peer peer) {
            farLooks = 0;
            followPeer(certainPart(peer.micros() - line.at(peer.nanos()), peer.uncertainty()));
        } else if (reading instanceof Reading.Self) {
            trustOwnTimeAfterLease();
            followWall(wallOffsetMicros());
        } else {
            bend(0, 0, 0);
            return false;
        }
        return true;
    }

    /** Returns the part of a difference that exceeds its uncertainty; 0 if none does. */
    private static long certainPart(long difference, long uncertainty) {
        return difference > 0 ? Math.max(0, difference - uncertainty) : Math.min(0, difference + uncertainty);
    }

    private void trustOwnTimeAfterLease() {
        if (!isFarAhead) {
            return;
        }
        Long since = aloneSince;
        if (since == null) {
            aloneSince = nanoTime.getAsLong();
            log.warn("this member's clock was far ahead of its peers', and no other member is left to tell the time:"
                    + " this member accepts writes again now, and reads after HOST_TTL, when hosts have checked in");
        } else if (nanoTime.getAsLong() - since > leaseNanos) {
            isFarAhead = false;
            aloneSince = null;
        }
    }

    private void followPeer(long ahead) {
        aloneSince = null;
        leadMicros = -ahead;
        isFarAhead = ahead < -Version.CLOCK_TOLERANCE_MICROS;
        if (ahead > FAR_MICROS) {
            step(ahead);
        } else {
            bend(ahead, ahead < -FAR_MICROS ? BEND_TO_FAR_BEHIND : BEND_BACK_TO_PEER, BEND_TO_PEER);
        }
    }

    private void followWall(long ahead) {
        farLooks = Math.abs(ahead) > FAR_MICROS ? farLooks + 1 : 0;
        if (farLooks <= WALL_PATIENCE) {
            bend(ahead, BEND_TO_WALL, BEND_TO_WALL);
        } else {
            bend(ahead, BEND_TO_FAR_BEHIND, BEND_TO_FAR_AHEAD);
        }
    }

    private void step(long ahead) {
        log.warn(
                "the oldest member's clock is {} ms ahead of this member's clock: the clock steps forward",
                ahead / 1_000);
        long nanos = nanoTime.getAsLong();
        line = new Line(nanos, line.at(nanos) + ahead, 1);
        steps.increment();
    }

    /** Changes the rate so that this clock reaches a near reference within a second. */
    private void bend(long ahead, double mostBack, double mostForward) {
        long nanos = nanoTime.getAsLong();
        double bend = Math.max(-mostBack, Math.min(mostForward, ahead / 1_000_000.0));
        line = new Line(nanos, line.at(nanos), 1 + bend);
    }

    /**
     * Returns whether this clock was further ahead of the oldest member's, at that member's last answer, than clocks
     * may be. This member then came from another cluster, and counts leases as ended that last longer by its peers'
     * clocks.
     */
    public boolean isFarAhead() {
        return isFarAhead;
    }

    /**
     * Returns whether changes that this member makes now would be ahead of those of other members: it is far ahead, and
     * other members tell the time.
     */
    public boolean isFarAheadOfOthers() {
        return isFarAhead && aloneSince == null;
    }

    /**
     * {@inheritDoc}
     *
     * <p>If this clock is far ahead of the oldest member's, that member's counts.
     */
    @Override
    public long clusterMicros() {
        return nowMicros() - (isFarAheadOfOthers() ? leadMicros : 0);
    }

    /** Returns the lead of this machine's wall clock over the cluster's clock, in microseconds. */
    public long wallOffsetMicros() {
        return wallMicros.getAsLong() - nowMicros();
    }

    /** Returns the number of steps of this clock. */
    public long steps() {
        return steps.sum();
    }

    @Override
    public long nowMicros() {
        return line.at(nanoTime.getAsLong());
    }

    @Override
    public Version next() {
        return unique(lastVersion, nowMicros());
    }

    /**
     * {@inheritDoc}
     *
     * <p>One register from a clock that ran ahead must not put all later changes of this member ahead: versions above
     * such a register have a sequence of their own.
     */
    @Override
    public Version nextAbove(Version seen) {
        long least = seen.micros() + 1;
        long now = nowMicros();
        return least > now + Version.CLOCK_TOLERANCE_MICROS
                ? unique(lastAhead, least)
                : unique(lastVersion, Math.max(now, least));
    }

    private Version unique(AtomicLong last, long least) {
        return new Version(last.updateAndGet(before -> Math.max(before + 1, least)), member);
    }
}
