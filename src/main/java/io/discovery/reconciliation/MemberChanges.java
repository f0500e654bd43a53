package io.discovery.reconciliation;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Record of members that came or went, and of the comparisons since then. Members that come may be a half of a split:
 * peers and the map are not believed to agree with this member's copy until they have been compared with it. Safe for
 * all threads.
 */
final class MemberChanges {

    /** Time after a change for which peers may tell what they took in the other half of a split. */
    private static final Duration RECENT = Duration.ofSeconds(30);
    /** Time after a change for which a comparison with the map is put off. */
    private static final Duration LONGEST_MEETING = Duration.ofMinutes(1);

    private final Supplier<? extends Set<?>> members;
    /** The members of which Hazelcast's events have told this one. */
    private Set<?> heardOf;

    private final MissingMembers missing;
    private final LongSupplier nanoTime;

    private @Nullable Long lastChange;
    /** True until peers have been compared with since then. */
    private boolean isMeetingPeers = true;

    /** Number of hosts that peers had at the last comparison and that come by the map alone. */
    private int early;

    /** Number of changes and merges so far. */
    private int changes;
    /** Number of comparisons with the map since the last of these. */
    private int mapComparisons;

    /** True at first: a member that joins soon after a split has heard of no change. */
    private boolean isMapBehind = true;

    /** @param members the current members: the same set until it is another */
    MemberChanges(Supplier<? extends Set<?>> members, MissingMembers missing, LongSupplier nanoTime) {
        this.members = members;
        this.heardOf = members.get();
        this.missing = missing;
        this.nanoTime = nanoTime;
    }

    /** Records that members came or went. */
    synchronized void note() {
        lastChange = nanoTime.getAsLong();
        heardOf = members.get();
        missing.look();
        isMeetingPeers = true;
        leaveMapBehind();
    }

    /** Records that the map may lack what copies have. */
    synchronized void leaveMapBehind() {
        changes++;
        mapComparisons = 0;
        isMapBehind = true;
    }

    synchronized boolean isMapBehind() {
        return isMapBehind || isUnheard();
    }

    synchronized boolean isCopyBehind() {
        return isMeetingPeers() || isUnheard();
    }

    /** Waits for peers however long the comparison takes, as {@link #isMeetingPeers} does not. */
    synchronized boolean mayLackRenewals() {
        return isMeetingPeers || isUnheard() || missing.areThere();
    }

    /** Returns whether members have come or gone of whom events tell this one in a moment: clients may be sooner. */
    private boolean isUnheard() {
        return !members.get().equals(heardOf);
    }

    /** Returns whether peers have yet to be compared with since the last change; a silent one is not waited for. */
    synchronized boolean isMeetingPeers() {
        return isMeetingPeers && isWithin(LONGEST_MEETING);
    }

    /** Returns whether all present members have told all that they hold since the last of them came or went. */
    synchronized boolean hasMetAll() {
        return !isMeetingPeers && early == 0 && !isUnheard();
    }

    synchronized boolean isRecent() {
        return isWithin(RECENT);
    }

    private boolean isWithin(Duration time) {
        return lastChange != null && nanoTime.getAsLong() - lastChange < time.toNanos();
    }

    /** Returns the time of the last change, for {@link #met}; null before the first. */
    synchronized @Nullable Long lastChange() {
        return lastChange;
    }

    /**
     * Records a complete comparison with peers.
     *
     * @param changeBefore the last change when it began
     * @param hostsByMap number of hosts that peers had and that come by the map alone
     */
    synchronized void met(@Nullable Long changeBefore, int hostsByMap) {
        if (Objects.equals(lastChange, changeBefore)) {
            isMeetingPeers = false;
            missing.compared();
        }
        early = hostsByMap;
    }

    /** Returns the number of changes, for {@link #mapCompared}. */
    synchronized int changes() {
        return changes;
    }

    /**
     * Records a comparison with the map. In a map that clients write to all the time, one comparison finds some that
     * the next no longer finds.
     *
     * @param changesBefore their number when it began
     */
    synchronized void mapCompared(int changesBefore, MapReconciliation.Result result) {
        if (changes == changesBefore) {
            mapComparisons++;
            isMapBehind &= result.missing() > 0 && (mapComparisons == 1 || result.lasting() > 0);
        }
    }
}
