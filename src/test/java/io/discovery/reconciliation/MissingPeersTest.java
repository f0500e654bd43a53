package io.discovery.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Readiness;
import io.discovery.registry.MissingMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The lag of the map and the copy of a member, and the peers that it has not met. */
class MissingPeersTest extends CatchUpFixture {

    private final Readiness opening = new Readiness();
    /** A member like the first, before it opens. */
    private final CatchUp starting =
            new CatchUp(opening, subscriptions, () -> members, missing, standstill, clock, nanos::get);

    /** A client may report to a member before the events of Hazelcast have told it. */
    @Test
    void mapAndCopyAreBehindAsSoonAsThereAreOtherMembers() {
        members = Set.of("self", "peer");
        assertThat(catchingUp.isMapBehind()).isTrue();
        assertThat(catchingUp.isCopyBehind()).isTrue();

        catchingUp.unrest();
        catchingUp.meeting(() -> told(0));
        catchingUp.comparing(() -> EQUAL);
        assertThat(catchingUp.isCopyBehind()).isFalse();
        assertThat(catchingUp.isMapBehind()).isFalse();
        assertThat(catchingUp.mayLackRenewals()).isFalse();

        members = Set.of("self");
        assertThat(catchingUp.isCopyBehind()).isTrue();
        assertThat(catchingUp.mayLackRenewals()).isTrue();
    }

    /** A difference in one comparison only was written while it ran. */
    @Test
    void theMapIsBehindUntilItLacksNothingOrNothingForLong() {
        catchingUp.unrest();
        catchingUp.comparing(() -> new MapReconciliation.Result(0, 3, 0, 0));
        assertThat(catchingUp.isMapBehind()).isTrue();
        catchingUp.comparing(() -> new MapReconciliation.Result(0, 3, 2, 2));
        assertThat(catchingUp.isMapBehind()).isTrue();
        catchingUp.comparing(() -> new MapReconciliation.Result(0, 1, 0, 0));
        assertThat(catchingUp.isMapBehind()).isFalse();

        catchingUp.unrest();
        catchingUp.comparing(() -> EQUAL);
        assertThat(catchingUp.isMapBehind()).isFalse();

        catchingUp.comparing(() -> {
            catchingUp.unrest();
            return EQUAL;
        });
        assertThat(catchingUp.isMapBehind())
                .as("the comparison had begun before members came or went")
                .isTrue();
    }

    @Test
    void whoHasJustJoinedTakesTheMapForBehind() {
        assertThat(catchingUp.isMapBehind()).isTrue();

        catchingUp.comparing(() -> EQUAL);

        assertThat(catchingUp.isMapBehind()).isFalse();
    }

    @Test
    void theCopyIsBehindUntilPeersHaveBeenMet() {
        catchingUp.unrest();
        catchingUp.meeting(() -> told(1));
        assertThat(catchingUp.isCopyBehind()).isTrue();

        catchingUp.meeting(() -> told(0));
        assertThat(catchingUp.isCopyBehind()).isFalse();
    }

    /** Comparisons take long, as after a split of a million hosts. */
    @Test
    void theCopyIsNotBelievedBeforeAComparisonIsCompleteHoweverLongItTakes() {
        catchingUp.unrest();
        nanos.addAndGet(Duration.ofMinutes(3).toNanos());

        catchingUp.meeting(() -> told(1));
        assertThat(catchingUp.isMeetingPeers()).isFalse();
        assertThat(catchingUp.mayLackRenewals()).isTrue();

        catchingUp.meeting(() -> told(0));
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    @Test
    void whoIsMissingMayHearHostsUntilItIsBackAndHasBeenComparedWith() {
        join("peer#1", "other#1");
        assertThat(catchingUp.mayLackRenewals()).isFalse();

        join("other#1");
        assertThat(catchingUp.isCopyBehind()).isFalse();
        assertThat(catchingUp.mayLackRenewals()).isTrue();

        members = Set.of("self", "other#1", "peer#2");
        catchingUp.unrest();
        catchingUp.meeting(() -> told(1));
        assertThat(catchingUp.mayLackRenewals()).isTrue();
        catchingUp.meeting(() -> told(0));
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    @Test
    void whoIsMissingForLongIsForgotten() {
        join("peer#1");
        join();
        nanos.addAndGet(Duration.ofSeconds(100).toNanos());
        assertThat(catchingUp.mayLackRenewals()).isTrue();

        nanos.addAndGet(1);
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    @Test
    void whoHasStoppedInOrderIsNotMissing() {
        join("peer#1", "other#1");
        stopping.put("peer#1", Runnable::run);
        join("other#1");
        assertThat(catchingUp.mayLackRenewals()).isFalse();

        List<Runnable> later = new ArrayList<>();
        stopping.put("other#1", later::add);
        join();
        assertThat(catchingUp.mayLackRenewals()).isTrue();
        later.forEach(Runnable::run);
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    /** A member that starts during a split, and opens with enough others, has not seen the missing ones go. */
    @Test
    void whoStartsLearnsBeforeItOpensWhomItsPeersMiss() {
        elsewhere = List.of(lost("far#1", Duration.ofSeconds(40)));
        assertThat(starting.mayLackRenewals()).isTrue();

        starting.meeting(() -> told(0));
        assertThat(starting.hasMetAll()).isTrue();
        opening.enter(Readiness.Phase.OPEN);
        assertThat(starting.mayLackRenewals()).isTrue();

        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(starting.mayLackRenewals())
                .as("gone since 100 s, as for its peers")
                .isTrue();
        nanos.addAndGet(1);
        assertThat(starting.mayLackRenewals()).isFalse();
    }

    /** A member of another half has lost a third one, which the members of this half have never met. */
    @Test
    void whoIsOpenLearnsWhomTheMembersMissThatJoinIt() {
        elsewhere = List.of(lost("far#1", Duration.ofSeconds(40)));

        join("peer#1");

        assertThat(catchingUp.mayLackRenewals()).isTrue();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos() + 1);
        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    @Test
    void whoIsOpenHasSeenMembersGoAndAsksNobody() {
        join("peer#1");
        elsewhere = List.of(lost("far#1", Duration.ZERO));

        catchingUp.meeting(() -> told(0));

        assertThat(catchingUp.mayLackRenewals()).isFalse();
    }

    @Test
    void whoIsMissedElsewhereIsNotMissingIfItIsHereOrHasStoppedInOrder() {
        members = Set.of("self", "back#2");
        stopping.put("stopped#1", Runnable::run);
        elsewhere = List.of(lost("back#1", Duration.ZERO), lost("stopped#1", Duration.ZERO));

        starting.meeting(() -> told(0));

        assertThat(missing.areThere()).isFalse();
    }

    /** It may have started apart from others, of which it does not even know that they exist. */
    @Test
    void whoHasNotOpenedMayLackRenewals() {
        starting.meeting(() -> told(0));
        assertThat(starting.mayLackRenewals()).isTrue();

        opening.enter(Readiness.Phase.OPEN);
        assertThat(starting.mayLackRenewals()).isFalse();
    }

    @Test
    void whoIsMissedElsewhereIsMissingUntilItHasBeenComparedWith() {
        elsewhere = List.of(lost("far#1", Duration.ZERO));
        starting.meeting(() -> told(0));
        opening.enter(Readiness.Phase.OPEN);

        members = Set.of("self", "far#2");
        starting.unrest();
        starting.meeting(() -> told(1));
        assertThat(starting.mayLackRenewals()).isTrue();
        starting.meeting(() -> told(0));
        assertThat(starting.mayLackRenewals()).isFalse();
    }

    @Test
    void whoIsAskedTellsWhomItMissesAndForHowLong() {
        join("peer#1", "other#1", "stopped#1");
        stopping.put("stopped#1", Runnable::run);
        join("other#1");
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());

        members = Set.of("self");
        assertThat(missing.tell())
                .as("Hazelcast's event has not told of the second")
                .containsExactlyInAnyOrder(lost("peer#1", Duration.ofSeconds(3)), lost("other#1", Duration.ZERO));

        nanos.addAndGet(Duration.ofSeconds(98).toNanos());
        assertThat(missing.tell()).containsExactly(lost("other#1", Duration.ofSeconds(98)));
    }

    /** The comparison under way began before the member came back. */
    @Test
    void whoIsBackIsNotComparedWithBecauseAPeerAsked() {
        join("peer#1");
        join();

        catchingUp.meeting(() -> {
            members = Set.of("self", "peer#2");
            missing.tell();
            return told(0);
        });

        assertThat(missing.areThere()).isTrue();
    }

    private static MissingMember lost(String id, Duration ago) {
        return new MissingMember(id, id.split("#")[0], ago.toNanos() / 1_000);
    }

    /** Makes these the other members, and compares with them. */
    private void join(String... others) {
        members = Stream.concat(Stream.of("self"), Stream.of(others)).collect(Collectors.toSet());
        catchingUp.unrest();
        catchingUp.meeting(() -> told(0));
    }

    /** A starting member lists nothing before: the map may lack all that the others hold. */
    @Test
    void allHaveBeenMetWhenTheyHaveToldAllSinceTheLastOfThemCame() {
        assertThat(catchingUp.hasMetAll()).isFalse();
        catchingUp.meeting(() -> told(0));
        assertThat(catchingUp.hasMetAll()).as("alone").isTrue();

        members = Set.of("self", "peer");
        assertThat(catchingUp.hasMetAll()).isFalse();
        catchingUp.meeting(() -> {
            catchingUp.unrest();
            return told(0);
        });
        catchingUp.meeting(() -> told(1));
        catchingUp.comparing(() -> EQUAL);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(catchingUp.hasMetAll()).isFalse();

        catchingUp.meeting(() -> told(0));
        assertThat(catchingUp.hasMetAll()).isTrue();
    }

    @Test
    void nobodyHasMetAllWhileItMergesOrBeforeItHasComparedAfterThat() {
        catchingUp.begin();
        catchingUp.meeting(() -> told(0));
        assertThat(catchingUp.hasMetAll()).isFalse();
        catchingUp.end();
        assertThat(catchingUp.hasMetAll()).isFalse();

        catchingUp.meeting(() -> told(0));
        assertThat(catchingUp.hasMetAll()).isTrue();
    }

    /**
     * A member that is the oldest, and whose clock is far behind, learns of a peer's hosts when the peer has given them
     * back.
     */
    @Test
    void hostsThatComeByTheMapAloneAreWaitedFor() {
        catchingUp.meeting(() -> new PeerReconciliation.Result(0, 0, 1));
        assertThat(catchingUp.hasMetAll()).isFalse();
        assertThat(catchingUp.isMeetingPeers()).as("the map may be compared").isFalse();

        catchingUp.meeting(() -> told(0));
        assertThat(catchingUp.hasMetAll()).isTrue();
    }
}
