package io.discovery.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A member that stood still refuses reads until it has compared its copy with all the peers that it had. */
class StandstillCatchUpTest extends CatchUpFixture {

    @Test
    void aLongStandstillIsRefusedAtOnceAndUntilAllPeersHaveBeenMet() {
        meet("one", "other");
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(readiness.whyNoReads()).contains("stood still");
        assertThat(subscriptions.isHeld()).isTrue();
        wake();
        assertThat(readiness.whyNoReads()).contains("stood still");
        assertThat(subscriptions.isHeld()).isTrue();
        assertThat(catchingUp.isCopyBehind()).isTrue();

        catchingUp.meeting(() -> told(1));
        meet("one");
        catchingUp.comparing(() -> EQUAL);
        assertThat(readiness.whyNoReads()).isNotNull();

        meet("one", "other");
        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
        assertThat(catchingUp.isCopyBehind()).isFalse();
    }

    /** A member that starts meanwhile knows nothing of what the peer has acknowledged that is gone. */
    @Test
    void aMemberThatJoinsIsNoPeerThatIsBack() {
        meet("peer");
        standStill();

        meet("joining");
        assertThat(readiness.whyNoReads()).contains("stood still");

        meet("joining", "peer#2");
        assertThat(readiness.whyNoReads()).isNull();
    }

    /** A member that stops in order leaves all that it has acknowledged to the others. */
    @Test
    void aPeerThatStoppedInOrderIsNotWaitedFor() {
        stopping.put("peer", Runnable::run);
        meet("peer");
        standStill();

        meet();

        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aPeerThatGoesDuringTheComparisonHasNotBeenMet() {
        meet("peer");
        standStill();
        catchingUp.meeting(() -> {
            members = Set.of("self");
            return told(0);
        });
        assertThat(readiness.whyNoReads()).contains("stood still");
    }

    /** The history begins anew, so that a list that is read again is followed by changes without a gap. */
    @Test
    void aListenerHearsBeforeReadsAreAnsweredAgain() {
        List<String> heard = new ArrayList<>();
        catchingUp.onCaughtUp(() -> heard.add(String.valueOf(readiness.whyNoReads())));
        standStill();
        assertThat(heard).isEmpty();

        meet();

        assertThat(heard).hasSize(1);
        assertThat(heard.get(0)).contains("stood still");
    }

    @Test
    void aComparisonThatBeganBeforeAStandstillIsNotEnough() {
        meet("peer");
        catchingUp.meeting(() -> {
            standStill();
            return told(0);
        });

        assertThat(readiness.whyNoReads()).isNotNull();
    }

    @Test
    void whoStoodStillAndHasMergedComparesWithWhoIsThere() {
        meet("one", "other");
        standStill();
        merge(catchingUp);
        assertThat(readiness.whyNoReads()).contains("merged");

        meet("one");

        assertThat(readiness.whyNoReads()).isNull();
    }

    /** The cluster that the member had nearly merged into removed it, and a member that is alone has all peers there are. */
    @Test
    void aStandstillDuringAMergeLastsLongerThanTheMerge() {
        meet("one", "other");
        catchingUp.begin();
        standStill();
        catchingUp.end();

        meet();
        assertThat(readiness.whyNoReads()).isNotNull();

        meet("one", "other");
        assertThat(readiness.whyNoReads()).isNull();
    }

    /** Its peers were to be those with which it merged: they have removed it, and it had none before. */
    @Test
    void aMemberThatWasAloneAndStoodStillMergingWaitsForPeers() {
        meet();
        catchingUp.begin();
        standStill();
        catchingUp.end();

        assertThatItWaitsUntilItHasMerged();
    }

    @Test
    void aMemberThatWasAloneAndStandsStillBeforeItHasMetItsNewPeersWaitsForThem() {
        meet();
        merge(catchingUp);
        standStill();

        assertThatItWaitsUntilItHasMerged();
    }

    /** A member that merges has left one cluster, and is not in the other yet. */
    @Test
    void aMemberIsNotAloneBecauseItMerges() {
        meet("peer");
        catchingUp.begin();
        meet();
        catchingUp.end();
        standStill();

        meet();
        assertThat(readiness.whyNoReads()).isNotNull();

        meet("peer");
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void peersThatAreGoneAreWaitedForAWhile() {
        meet("peer");
        standStill();
        for (int second = 0; second < 15; second++) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            standstill.sign();
        }
        meet();
        assertThat(readiness.whyNoReads()).isNotNull();

        nanos.addAndGet(1);
        meet();

        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
    }

    @Test
    void anotherStandstillBeginsTheWaitAnew() {
        meet("peer");
        standStill();
        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        wake();

        meet();

        assertThat(readiness.whyNoReads()).isNotNull();
    }

    @Test
    void whoWasAloneBeforeItStoodStillWaitsForNobody() {
        standStill();
        meet();

        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aMemberThatIsAloneAndStandsStillTwiceWaitsForNobody() {
        standStill();
        standStill();
        meet();

        assertThat(readiness.whyNoReads()).isNull();
    }

    private void assertThatItWaitsUntilItHasMerged() {
        meet();
        assertThat(readiness.whyNoReads()).isNotNull();

        merge(catchingUp);
        meet("one");
        assertThat(readiness.whyNoReads()).isNull();
    }

    /** Compares with the members at these addresses, which are all that are there. */
    private void meet(String... peers) {
        members = Stream.concat(Stream.of("self"), Stream.of(peers)).collect(Collectors.toSet());
        catchingUp.unrest();
        catchingUp.meeting(() -> told(0));
    }

    private void standStill() {
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        wake();
    }

    private void wake() {
        standstill.onLong(catchingUp::stoodStill);
        standstill.sign();
    }
}
