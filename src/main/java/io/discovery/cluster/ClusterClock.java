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
 * The cluster's clock as one member reads it: it moves by the process's own monotonic clock, and a look at a reference
 * now and then bends it.
 *
 * <p>The reference is this clock of the oldest member; the oldest has its wall clock. What counts most is that members
 * agree, on both sides of a split too, where the later of two changes wins by these clocks: so a member follows the
 * oldest quickly, and the oldest follows a wall clock that was set so slowly that two halves that follow different ones
 * stay close for the length of a split. An oldest member more than {@link #FAR_MICROS} ahead is stepped to. A wall clock is not,
 * for at a step all leases would end at once: if it stays far ahead for {@link #WALL_PATIENCE} this clock runs a quarter faster, and
 * leases are a fifth shorter meanwhile; only one that is days ahead is stepped to. This clock never goes back: if the reference is
 * behind, it runs slower, at half speed if it is far behind; hosts are then listed a little longer, never dropped.
 *
 * <p>A member whose clock is far ahead of the oldest's tells nobody the time, so that it cannot move the others when it becomes the
 * oldest. If none is left that can, its time counts after all, but it stays far ahead for a lease more: by then hosts have reported.
 * Safe for all threads; reading it never blocks.
 */
public final class ClusterClock implements Clock {

    /** What this clock is compared with. */
    public interface Reference {
        /** One look; may block for a second. */
        Reading look();
    }

    /** What a look showed. */
    public sealed interface Reading {

        /**
         * The clock of the oldest member.
         *
         * @param nanos when, by this process's monotonic clock
         * @param micros what it showed then, give or take {@code uncertainty} microseconds
         */
        record Peer(long nanos, long micros, long uncertainty) implements Reading {}

        /** This member is the oldest of those whose clocks count. */
        record Self() implements Reading {}

        /** The oldest member did not answer in time, or is far ahead as this one is. */
        record None() implements Reading {}
    }

    /** A reference this far away is not approached by bending alone. */
    static final long FAR_MICROS = TimeUnit.SECONDS.toMicros(10);
    /** So many looks in a row must show a wall clock far away before it counts. */
    static final int WALL_PATIENCE = 30;
    /** A wall clock this far ahead was set right at last, whatever that costs. */
    private static final long DAYS_MICROS = TimeUnit.DAYS.toMicros(1);
    /** How much slower this clock may run to follow the oldest member, */
    private static final double BEND_BACK_TO_PEER = 0.1;
    /** and how much faster: enough to keep up when that one hurries after its wall clock. */
    private static final double BEND_TO_PEER = 0.5;
    /** How much to follow a wall clock: two halves of a cluster drift apart by 10 ms a second at most. */
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
    /** Of versions that are ahead of this clock, because what they replace is. */
    private final AtomicLong lastAhead = new AtomicLong(Long.MIN_VALUE);

    private final LongAdder steps = new LongAdder();
    private volatile Line line;
    private volatile boolean isFarAhead;
    /** How far ahead it was when the oldest member last told the time. */
    private volatile long leadMicros;
    /** Since when it is far ahead and no other is left to tell the time; null if one is. */
    private volatile @Nullable Long aloneSince;

    private int farLooks;

    /** Time as a straight line from a point: at {@code nanos} it was {@code micros}, and it moves at {@code rate}. */
    private record Line(long nanos, long micros, double rate) {
        long at(long nowNanos) {
            return micros + (long) ((nowNanos - nanos) / 1_000.0 * rate);
        }
    }

    /**
     * Looks once at the reference, and may block for a second.
     *
     * @param wallMicros this machine's wall clock in microseconds since the epoch
     * @param nanoTime the process's monotonic clock in nanoseconds
     * @param member this member's id in versions, never used by another
     * @param lease in which each host reports
     */
    public ClusterClock(
            Reference reference, LongSupplier wallMicros, LongSupplier nanoTime, long member, Duration lease) {
        this.reference = reference;
        this.wallMicros = wallMicros;
        this.nanoTime = nanoTime;
        this.member = member;
        this.leaseNanos = lease.toNanos();
        this.line = first(reference.look());
    }

    private Line first(Reading reading) {
        return reading instanceof Reading.Peer peer
                ? new Line(peer.nanos(), peer.micros(), 1)
                : new Line(nanoTime.getAsLong(), wallMicros.getAsLong(), 1);
    }

    /**
     * Looks at the reference and bends towards it. Call it about once a second. May block for as long.
     *
     * @return whether the reference showed anything
     */
    public synchronized boolean adjust() {
        Reading reading = reference.look();
        if (reading instanceof Reading.Peer peer) {
            farLooks = 0;
            followPeer(beyond(peer.micros() - line.at(peer.nanos()), peer.uncertainty()));
        } else if (reading instanceof Reading.Self) {
            beAlone();
            followWall(wallOffsetMicros());
        } else {
            bend(0, 0, 0);
            return false;
        }
        return true;
    }

    /** What is left of a difference that may be off by so much. */
    private static long beyond(long difference, long uncertainty) {
        return difference > 0 ? Math.max(0, difference - uncertainty) : Math.min(0, difference + uncertainty);
    }

    private void beAlone() {
        if (!isFarAhead) {
            return;
        }
        Long since = aloneSince;
        if (since == null) {
            aloneSince = nanoTime.getAsLong();
            log.warn(
                    "no member is left that tells the time but this one, whose clock was far ahead of theirs: writes are taken"
                            + " again, and reads in HOST_TTL, when hosts have reported");
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
        } else if (ahead > DAYS_MICROS) {
            step(ahead);
        } else {
            bend(ahead, BEND_TO_FAR_BEHIND, BEND_TO_FAR_AHEAD);
        }
    }

    private void step(long ahead) {
        log.warn("the cluster's clock is {} ms ahead of this member's: stepping forward", ahead / 1_000);
        long nanos = nanoTime.getAsLong();
        line = new Line(nanos, line.at(nanos) + ahead, 1);
        steps.increment();
    }

    /** What is near is reached within a second. */
    private void bend(long ahead, double mostBack, double mostForward) {
        long nanos = nanoTime.getAsLong();
        double bend = Math.max(-mostBack, Math.min(mostForward, ahead / 1_000_000.0));
        line = new Line(nanos, line.at(nanos), 1 + bend);
    }

    /**
     * Whether this clock was further ahead of the oldest member's, when that one last answered, than clocks may be: this member came
     * from another cluster, and takes leases for ended that others know to go on.
     */
    public boolean isFarAhead() {
        return isFarAhead;
    }

    /** Whether what it writes now would be ahead of what others write: far ahead, and others tell the time. */
    public boolean isFarAheadOfOthers() {
        return isFarAhead && aloneSince == null;
    }

    /**
     * {@inheritDoc}
     *
     * <p>By the clock of the oldest member, if this one is far ahead of that.
     */
    @Override
    public long limitMicros() {
        return nowMicros() + Version.CLOCK_TOLERANCE_MICROS - (isFarAheadOfOthers() ? leadMicros : 0);
    }

    /** How far this machine's wall clock is ahead of the cluster's clock now, in microseconds. */
    public long wallOffsetMicros() {
        return wallMicros.getAsLong() - nowMicros();
    }

    /** How often this clock had to step. */
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
     * <p>One register from a clock that ran ahead must not put all that this member writes later ahead: what is to be above it has
     * a sequence of its own.
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
