package io.discovery.reconciliation;

import io.discovery.cluster.ClusterClock;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.directory.Readiness;
import io.discovery.registry.Divergence;
import io.discovery.registry.ProcessPauseDetector;
import io.discovery.subscription.Subscriptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back of a member that was in another half of a split: it learns what it missed by comparing copies. From the merge to
 * the end of the first comparison that began after it, the member refuses reads, and tells those who follow services nothing: a
 * list of which one half has come and the other has not would be partial by mistake.
 *
 * <p>So does a member that stood still for long ({@link ProcessPauseDetector#isLong}): leases that its peers know to be renewed have ended in
 * its copy. A comparison with as many peers as it had before tells it of them, or one after it has merged back; its part of the
 * map may be a half of its own by now. Peers that have gone meanwhile are waited for {@link #LONGEST_DOUBT}.
 *
 * <p>While the map is merged the member compares itself with its peers alone, of whom it learns all in one go, and not with the
 * map, of which it would learn a part. Safe for all threads.
 */
public final class CatchUp implements HazelcastCluster.Merges, Learning, Divergence {

    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);
    /** Fewer come within a millisecond, and are late changes as a rule. */
    private static final int MANY = 100;
    /** How long after a change among the members peers may tell of a split. */
    private static final Duration UNREST = Duration.ofSeconds(30);
    /** For so long the map is not compared because peers are. */
    private static final Duration LONGEST_MEETING = Duration.ofMinutes(1);
    /** A merge whose end nobody tells is not waited for any longer. */
    private static final Duration LONGEST_MERGE = Duration.ofMinutes(1);
    /** Peers take a member back within some 10 s of its waking, unless they are gone. */
    private static final Duration LONGEST_DOUBT = Duration.ofSeconds(15);

    private static final String STOOD_STILL =
            "stood still, and has yet to compare its copy with those of the other members";

    private static final String AHEAD =
            "this member's clock is over a minute ahead of the oldest member's, and waits for that one at half speed";

    private static final String UNTOLD = "has merged, and has yet to be told the time by the oldest member";

    private final Readiness readiness;
    private final Subscriptions subscriptions;
    private final Supplier<? extends Set<?>> members;
    /** The members of which Hazelcast's events have told this one. */
    private Set<?> heardOf;

    private final ProcessPauseDetector standstill;
    private final MissingMembers missing;
    private final ClusterClock clock;
    private final LongSupplier nanoTime;
    /** How often comparisons that were under way have come to count for nothing. */
    private int resets;

    /** Whether it stood still for long and has not merged since. */
    private boolean isInDoubt;
    /** How many peers there were when they were last compared with, all of them. */
    private int peers;

    /** Whether the clock is far ahead, as last seen. */
    private volatile boolean isAhead;

    /** Whether it has been told the time since it last merged: before, it may write what is ahead of all that others write. */
    private volatile boolean isTold = true;

    private boolean isMerging;
    private boolean isBehind;
    /** How many comparisons bring in what they found, of the two that may. */
    private int learning;

    private @Nullable Long unrestAt;
    /** Whether peers have yet to be compared with since then. */
    private boolean isMeetingPeers = true;

    /** How many hosts peers had, when they were last compared with, that come by the map alone. */
    private int early;

    private int unrests;
    /** How often the map has been compared since the last unrest, and whether it had all. */
    private int mapComparisons;

    /** True at first: a member that joins soon after a split has heard of none. */
    private boolean isMapBehind = true;

    /** When it last merged, or woke. */
    private long behindSince;

    /**
     * @param members that there are now: the same set until it is another
     * @param missing of them, to be looked for at each unrest
     * @param clock the one that this member reads, to be looked after when another member has become the oldest
     */
    public CatchUp(
            Readiness readiness,
            Subscriptions subscriptions,
            Supplier<? extends Set<?>> members,
            MissingMembers missing,
            ProcessPauseDetector standstill,
            ClusterClock clock,
            LongSupplier nanoTime) {
        this.readiness = readiness;
        this.subscriptions = subscriptions;
        this.members = members;
        this.heardOf = members.get();
        this.missing = missing;
        this.standstill = standstill;
        this.clock = clock;
        this.nanoTime = nanoTime;
        readiness.hinderWhenever(() -> standstill.isLong() ? STOOD_STILL : isAhead ? AHEAD : null);
        readiness.hinderWritesWhenever(() -> clock.isFarAheadOfOthers() ? AHEAD : isTold ? null : UNTOLD);
        subscriptions.holdWhenever(standstill::isLong);
    }

    /** Members came or went: what peers tell next may be what they did in the other half of a split. */
    public synchronized void unrest() {
        unrestAt = nanoTime.getAsLong();
        heardOf = members.get();
        missing.look();
        isMeetingPeers = true;
        leaveMapBehind();
    }

    private synchronized void leaveMapBehind() {
        unrests++;
        mapComparisons = 0;
        isMapBehind = true;
    }

    @Override
    public synchronized boolean isMapBehind() {
        return isMapBehind || isUnheard();
    }

    @Override
    public synchronized boolean isCopyBehind() {
        return isMeetingPeers() || isUnheard() || isInDoubt();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The map is waited for no longer than {@link #LONGEST_MEETING}, and a host that returns is refused no longer; but until the end
     * of a comparison nobody knows what peers have heard, however long it takes.
     */
    @Override
    public synchronized boolean mayLackRenewals() {
        return isMeetingPeers || missing.areThere() || isInDoubt;
    }

    /** Whether members have come or gone of which this one will be told in a moment: clients may be sooner. */
    private boolean isUnheard() {
        return !members.get().equals(heardOf);
    }

    /**
     * Whether a comparison with the map is better put off: peers tell sooner and at less cost what members missed, and a map that
     * is being moved is slow. A peer that does not answer is not waited for.
     */
    public synchronized boolean isMeetingPeers() {
        return isMeetingPeers && unrestAt != null && nanoTime.getAsLong() - unrestAt < LONGEST_MEETING.toNanos();
    }

    /**
     * Whether this member has learned all that the members that are here now hold, since the last of them came or went: they may have
     * discarded their map to come, and give back what it held one by one.
     */
    public synchronized boolean hasMetAll() {
        return !isMeetingPeers && early == 0 && !isUnheard() && !isMerging && !isBehind;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Reads are refused meanwhile, for some milliseconds, if it is much and may come from the other half of a split.
     */
    @Override
    public void inOneGo(int registrations, Runnable merging) {
        if (registrations < MANY || !isUnrest()) {
            merging.run();
            return;
        }
        beginLearning();
        try {
            merging.run();
        } finally {
            endLearning();
        }
    }

    /** The same, of what the map has: not while it is merged, when it has a part of what it will have. */
    public void fromTheMap(int registrations, Runnable merging) {
        if (registrations > 0 && isMerging()) {
            throw new IllegalStateException("the map is being merged, and is to be compared again after that");
        }
        inOneGo(registrations, merging);
    }

    private synchronized boolean isMerging() {
        return isMerging;
    }

    private synchronized boolean isUnrest() {
        return unrestAt != null && nanoTime.getAsLong() - unrestAt < UNREST.toNanos();
    }

    private synchronized void beginLearning() {
        learning++;
        readiness.hinder("learning what other members have newer");
    }

    private synchronized void endLearning() {
        learning--;
        if (learning == 0 && !isBehind) {
            readiness.allow();
        }
    }

    /** This member begins to merge into another cluster. */
    @Override
    public synchronized void begin() {
        isMerging = true;
        leaveMapBehind();
    }

    /** The merge is over, well or not. */
    @Override
    public synchronized void end() {
        isMerging = false;
        isInDoubt = false;
        isTold = false;
        refuse("learning what the cluster has that it has merged into");
        notifyAll();
    }

    /** This member stood still for long, and peers may have gone on without it. */
    public synchronized void stoodStill() {
        isInDoubt = true;
        unrest();
        refuse(STOOD_STILL);
    }

    private synchronized void refuse(String why) {
        resets++;
        behindSince = nanoTime.getAsLong();
        readiness.hinder(why);
        if (!isBehind) {
            isBehind = true;
            subscriptions.hold();
            log.info("reads are refused until copies have been compared: {}", why);
        }
    }

    private synchronized boolean isInDoubt() {
        return isInDoubt;
    }

    /**
     * Runs a comparison with the cluster's map, after a merge that is under way. Blocks; for one thread.
     *
     * @throws RuntimeException what it throws; then it is to be run again, and reads stay refused
     */
    public MapReconciliation.Result comparing(Supplier<MapReconciliation.Result> comparison) {
        int before = awaitMerge();
        int unrestsBefore = unrests();
        MapReconciliation.Result result = comparison.get();
        if (!isInDoubt()) {
            compared(before);
        }
        mapCompared(unrestsBefore, result);
        return result;
    }

    private synchronized int unrests() {
        return unrests;
    }

    /** Of a map that is written to all the time, a comparison finds some that the next one no longer finds. */
    private synchronized void mapCompared(int unrestsBefore, MapReconciliation.Result result) {
        if (unrests == unrestsBefore) {
            mapComparisons++;
            isMapBehind &= result.missing() > 0 && (mapComparisons == 1 || result.lasting() > 0);
        }
    }

    /** Runs a comparison with peers, which may take place while this member merges: it needs no more than a connection to each. */
    public PeerReconciliation.Result meeting(Supplier<PeerReconciliation.Result> comparison) {
        int before = resets();
        Long unrestBefore = unrestAt();
        boolean isTimed = isTimed();
        PeerReconciliation.Result result = comparison.get();
        if (result.isComplete() && isTimed) {
            met(unrestBefore, result.early());
            met(before, result.peers());
        }
        endLongDoubt();
        return result;
    }

    /**
     * Whether this member's clock is the cluster's. Another member may be the oldest now, and by the old clock all that peers hold might
     * be ahead of it and count for nothing; one that tells no time is waited for a while.
     */
    private boolean isTimed() {
        return !isBehind() || adjustClock() || isBehindFor(LONGEST_DOUBT);
    }

    /**
     * Adjusts this member's clock. While it is far ahead of the oldest member's, reads and writes are refused. May block for a second.
     *
     * @return whether the oldest member has told the time
     */
    public boolean adjustClock() {
        boolean toldNow = clock.adjust();
        noteAhead(clock.isFarAhead());
        isTold |= toldNow;
        return toldNow;
    }

    private synchronized void noteAhead(boolean isFarAhead) {
        if (isFarAhead && !isAhead) {
            subscriptions.hold();
            log.error(
                    "{}: reads and writes are refused until then; set the machine's clock right and restart this member",
                    AHEAD);
        } else if (isAhead && !isFarAhead) {
            subscriptions.release();
            log.info(
                    "this member's clock is near the oldest member's: reads and writes are refused for that no longer");
        }
        isAhead = isFarAhead;
    }

    private synchronized boolean isBehindFor(Duration time) {
        return isBehind && nanoTime.getAsLong() - behindSince > time.toNanos();
    }

    /** One with fewer peers than there were tells a member that stood still nothing of those that are missing. */
    private synchronized void met(int resetsBefore, int count) {
        if (!isInDoubt && !standstill.isLong()) {
            peers = count;
        }
        if (count >= peers) {
            compared(resetsBefore);
        }
    }

    private synchronized void endLongDoubt() {
        if (isInDoubt && isBehindFor(isMerging ? LONGEST_MERGE : LONGEST_DOUBT)) {
            log.warn(
                    "of {} other members not all have come back: lists may lack hosts until these report again", peers);
            open("other members are waited for no longer");
        }
    }

    /** Whether this member has merged into another cluster or stood still, and has not compared its copy since. */
    public synchronized boolean isBehind() {
        return isBehind;
    }

    private synchronized int resets() {
        return resets;
    }

    private synchronized @Nullable Long unrestAt() {
        return unrestAt;
    }

    private synchronized void met(@Nullable Long unrestBefore, int early) {
        if (Objects.equals(unrestAt, unrestBefore)) {
            isMeetingPeers = false;
            missing.compared();
        }
        this.early = early;
    }

    private synchronized int awaitMerge() {
        long end = nanoTime.getAsLong() + LONGEST_MERGE.toNanos();
        try {
            for (long left = LONGEST_MERGE.toNanos(); isMerging && left > 0; left = end - nanoTime.getAsLong()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while the members merge", stop);
        }
        return resets;
    }

    /** A merge or a standstill since the comparison began asks for another. */
    private synchronized void compared(int resetsBefore) {
        if (isBehind && !isMerging && resets == resetsBefore) {
            open("copies have been compared");
        }
    }

    private synchronized void open(String why) {
        isBehind = false;
        isInDoubt = false;
        isTold = true;
        if (learning == 0) {
            readiness.allow();
        }
        subscriptions.release();
        log.info(
                "{}, {} ms after the last merge or standstill: reads are answered again",
                why,
                Duration.ofNanos(nanoTime.getAsLong() - behindSince).toMillis());
    }
}
