package io.discovery.reconciliation;

import io.discovery.cluster.ClusterClock;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.directory.Readiness;
import io.discovery.registry.Divergence;
import io.discovery.registry.ProcessPauseDetector;
import io.discovery.subscription.Subscriptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back of a member that was in another half of a split: it learns what it missed by comparing copies. From the
 * merge to the end of the first comparison with all peers that began after it, the member refuses reads, and tells
 * subscribers nothing: a list of which one half has come and the other has not would be partial by mistake.
 *
 * <p>So does a member that stood still for long ({@link ProcessPauseDetector#isLong}): leases that its peers know to be
 * renewed have ended in its copy. A comparison with all the peers that it had before tells it of them, or one after it
 * has merged back; its part of the map may be a half of its own by now. A member that joined meanwhile knows no more
 * than it does, so it does not count for a peer that is gone: addresses tell them apart. The member waits
 * {@link #LONGEST_DOUBT} for peers that have gone meanwhile.
 *
 * <p>While the map is merged the member compares itself with its peers alone, from which it learns all in one go, and
 * not with the map, from which it would learn a part. {@link MemberChanges} knows what remains to be compared, and
 * {@link ClockAgreement} whether the clocks allow it. Safe for all threads. Partition threads ask it too, so none of its
 * locks is held while anything waits for the map.
 */
public final class CatchUp implements HazelcastCluster.Merges, Learning, Divergence {

    private static final Logger log = LoggerFactory.getLogger(CatchUp.class);
    /** Registrations that need a refusal of reads; fewer come within a millisecond, and are late changes as a rule. */
    private static final int MANY = 100;
    /** Longest wait for a merge whose end Hazelcast does not tell. */
    private static final Duration LONGEST_MERGE = Duration.ofMinutes(1);
    /** Longest wait for peers, which take a member back within some 10 s of its waking, unless they are gone. */
    private static final Duration LONGEST_DOUBT = Duration.ofSeconds(15);

    private static final String STOOD_STILL =
            "stood still, and has yet to compare its copy with those of the other members";

    private final Readiness readiness;
    private final Subscriptions subscriptions;
    private final ProcessPauseDetector standstill;
    private final MissingMembers missing;
    private final MemberChanges changes;
    private final ClockAgreement clock;
    private final LongSupplier nanoTime;
    /** Number of merges and standstills, each of which voids the comparisons that are under way. */
    private int resets;

    /** True if this member stood still for long and has not merged since. */
    private boolean isInDoubt;
    /** The addresses of the members at the last comparison with all of them. */
    private Set<String> comparedWith = Set.of();

    private volatile Runnable onCaughtUp = () -> {};
    private boolean isMerging;
    /** True if this member has stood still for long since a merge began, before it had met its new peers. */
    private boolean hasStoodStillMerging;

    private boolean isBehind;
    /** Number of comparisons, of the two that may, that bring in what they found. */
    private int learning;

    /** Time of the last merge or waking. */
    private long behindSince;

    /**
     * @param members the current members: the same set until it is another
     * @param missing members that went and may come back
     * @param clock of this member, to be adjusted when another member has become the oldest
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
        this.missing = missing;
        this.changes = new MemberChanges(members, missing, nanoTime);
        this.standstill = standstill;
        this.clock = new ClockAgreement(clock, subscriptions);
        this.nanoTime = nanoTime;
        readiness.hinderWhenever(() -> standstill.isLong() ? STOOD_STILL : this.clock.whyNoReads());
        readiness.hinderWritesWhenever(this.clock::whyNoWrites);
        subscriptions.holdWhenever(standstill::isLong);
    }

    /**
     * Sets the listener that is called before reads are answered again; it must not block. What happened in between this
     * member knows by its outcome alone.
     */
    public void onCaughtUp(Runnable listener) {
        onCaughtUp = listener;
    }

    /** Records that members came or went: what peers tell next may be what they took in the other half of a split. */
    public void unrest() {
        changes.note();
    }

    @Override
    public boolean isMapBehind() {
        return changes.isMapBehind();
    }

    @Override
    public boolean isCopyBehind() {
        return changes.isCopyBehind() || isInDoubt();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The map is waited for no longer than a minute, and a host that returns is refused no longer; but until the end
     * of a comparison this member does not know what peers have heard, however long it takes. A member that has not
     * opened yet may have started apart from others to which hosts have reported.
     */
    @Override
    public boolean mayLackRenewals() {
        return !readiness.isComplete() || changes.mayLackRenewals() || isInDoubt();
    }

    /**
     * Returns whether a comparison with the map is better put off: peers tell sooner and at less cost what this member
     * missed, and a map that is being moved is slow. A peer that does not answer is not waited for.
     */
    public boolean isMeetingPeers() {
        return changes.isMeetingPeers();
    }

    /**
     * Returns whether this member has learned all that the present members hold, since the last of them came or went:
     * they may have discarded their map to come, and give back what it held one by one.
     */
    public synchronized boolean hasMetAll() {
        return changes.hasMetAll() && !isMerging && !isBehind;
    }

    /**
     * {@inheritDoc}
     *
     * <p>Reads are refused meanwhile, for some milliseconds, if it is much and may come from the other half of a split.
     */
    @Override
    public void inOneGo(int registrations, Runnable merging) {
        if (registrations < MANY || !changes.isRecent()) {
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

    /** Does the same with what the map has, but not during a merge, when the map has a part of what it will have. */
    public void fromTheMap(int registrations, Runnable merging) {
        if (registrations > 0 && isMerging()) {
            throw new IllegalStateException("the map is being merged, and is to be compared again after that");
        }
        inOneGo(registrations, merging);
    }

    private synchronized boolean isMerging() {
        return isMerging;
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

    /** Records that this member begins to merge into another cluster. */
    @Override
    public synchronized void begin() {
        isMerging = true;
        hasStoodStillMerging = false;
        changes.leaveMapBehind();
    }

    /** Records that the merge is over, well or not. */
    @Override
    public synchronized void end() {
        isMerging = false;
        // The cluster may have gone on without a member that stood still before it had merged.
        isInDoubt &= hasStoodStillMerging;
        clock.merged();
        unrest();
        refuse("learning what the cluster has that it has merged into");
        notifyAll();
    }

    /** Records that this member stood still for long, and that peers may have gone on without it. */
    public synchronized void stoodStill() {
        // Behind for a merge, and not for a standstill just before this one.
        hasStoodStillMerging = isMerging || isBehind && (hasStoodStillMerging || !isInDoubt);
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
     * <p>Reads are answered after it only if peers are not waited for: a half that has merged discards its map, and what
     * it took is in copies alone until the map is given it back.
     *
     * @throws RuntimeException what it throws; then it is to be run again, and reads stay refused
     */
    public MapReconciliation.Result comparing(Supplier<MapReconciliation.Result> comparison) {
        int before = awaitMerge();
        int changesBefore = changes.changes();
        MapReconciliation.Result result = comparison.get();
        if (!isInDoubt() && !changes.isMeetingPeers()) {
            compared(before);
        }
        changes.mapCompared(changesBefore, result);
        return result;
    }

    /**
     * Runs a comparison with peers, which may take place while this member merges: it needs no more than a connection
     * to each. A member that has not opened asks them first whom they miss, so that it knows before it opens; and one that
     * members have joined, since these may have seen others go that it has never met.
     */
    public PeerReconciliation.Result meeting(Supplier<PeerReconciliation.Result> comparison) {
        int before = resets();
        Long changeBefore = changes.lastChange();
        boolean isTimed = isTimed();
        if (!readiness.isComplete() || changes.isMeetingPeers()) {
            missing.learn();
        }
        Set<String> addresses = new HashSet<>(missing.addresses());
        PeerReconciliation.Result result = comparison.get();
        addresses.retainAll(missing.addresses());
        if (result.isComplete() && isTimed) {
            changes.met(changeBefore, result.early());
            met(before, addresses);
        }
        endLongDoubt();
        return result;
    }

    /**
     * Returns whether this member's clock is the cluster's. Another member may be the oldest now, and by the old clock
     * all that peers hold might be ahead of it and count for nothing. This member waits a while for one that tells no
     * time.
     */
    private boolean isTimed() {
        return !isBehind() || adjustClock() || isBehindFor(LONGEST_DOUBT);
    }

    /**
     * Adjusts this member's clock. While it is far ahead of the oldest member's, reads and writes are refused. May
     * block for a second.
     *
     * @return whether the oldest member has told the time
     */
    public boolean adjustClock() {
        return clock.adjust();
    }

    private synchronized boolean isBehindFor(Duration time) {
        return isBehind && nanoTime.getAsLong() - behindSince > time.toNanos();
    }

    /**
     * Counts a comparison that lacks a peer for nothing if this member stood still: it tells nothing of what that peer
     * has acknowledged meanwhile. One that has stopped in order has left nothing. A member that stood still while it
     * merged was about to have peers: if it has none now, the others have gone on without it, and it will merge again.
     */
    private synchronized void met(int resetsBefore, Set<String> addresses) {
        if (!isInDoubt && !isMerging && !standstill.isLong()) {
            comparedWith = addresses;
        }
        Set<String> absent = new HashSet<>(comparedWith);
        absent.removeAll(addresses);
        boolean isLeftAlone = isInDoubt && hasStoodStillMerging && addresses.size() <= 1;
        if (!isLeftAlone && !missing.includesAny(absent)) {
            compared(resetsBefore);
        }
    }

    private synchronized void endLongDoubt() {
        if (isInDoubt && isBehindFor(isMerging ? LONGEST_MERGE : LONGEST_DOUBT)) {
            log.warn(
                    "of the members at {} not all have come back: lists may lack hosts until these report again",
                    comparedWith);
            open("other members are waited for no longer");
        }
    }

    /**
     * Returns whether this member has merged into another cluster or stood still, and has not compared its copy since.
     */
    public synchronized boolean isBehind() {
        return isBehind;
    }

    private synchronized int resets() {
        return resets;
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

    /** Opens reads, unless a merge or a standstill since the comparison began asks for another. */
    private synchronized void compared(int resetsBefore) {
        if (isBehind && !isMerging && resets == resetsBefore) {
            open("copies have been compared");
        }
    }

    private synchronized void open(String why) {
        isBehind = false;
        isInDoubt = false;
        clock.isEnough();
        onCaughtUp.run();
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
