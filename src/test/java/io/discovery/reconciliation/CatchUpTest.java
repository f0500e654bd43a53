package io.discovery.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.directory.Readiness;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Reads after a merge: this member refuses them until a comparison that began after the merge has ended. */
class CatchUpTest extends CatchUpFixture {

    @Test
    void withoutAMergeNothingIsRefused() {
        assertThat(catchingUp.comparing(() -> EQUAL)).isEqualTo(EQUAL);
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aListThatIsBeingPutTogetherIsTakenForTheWholeByNobody() {
        merge(catchingUp);
        assertThat(readiness.whyNoReads()).contains("merged");

        catchingUp.meeting(() -> {
            learn(1);
            subscriptions.look();
            assertThat(readiness.whyNoReads()).isNotNull();
            learn(2);
            return told(0);
        });
        assertThat(told).isEmpty();
        assertThat(readiness.whyNoReads()).isNull();

        subscriptions.look();
        assertThat(told).containsExactly(2);
    }

    @Test
    void aComparisonThatBeganBeforeTheMergeIsNotEnough() {
        catchingUp.meeting(() -> {
            merge(catchingUp);
            return told(0);
        });
        assertThat(readiness.whyNoReads()).isNotNull();

        catchingUp.meeting(() -> told(0));
        assertThat(readiness.whyNoReads()).isNull();
    }

    /** Three halves merge at once: what the second took is not in the first one's map yet when the third compares. */
    @Test
    void aComparisonWithTheMapIsNotEnoughUntilPeersAreWaitedForNoLonger() {
        merge(catchingUp);
        catchingUp.meeting(() -> told(1));
        catchingUp.comparing(() -> EQUAL);
        assertThat(readiness.whyNoReads()).isNotNull();

        for (int second = 0; second < 60; second++) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            standstill.sign();
        }
        catchingUp.comparing(() -> EQUAL);
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void aComparisonThatFailsIsNotEnough() {
        merge(catchingUp);
        assertThatThrownBy(() -> catchingUp.comparing(() -> {
                    throw new IllegalStateException("no answer");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(readiness.whyNoReads()).isNotNull();
        assertThat(subscriptions.isHeld()).isTrue();
    }

    @Test
    void aComparisonWithAllPeersIsEnoughAndOneWithSomeIsNot() {
        merge(catchingUp);

        catchingUp.meeting(() -> told(1));
        assertThat(readiness.whyNoReads()).isNotNull();

        catchingUp.meeting(() -> told(0));
        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void whileItMergesItMeetsItsPeers() {
        catchingUp.begin();

        assertThat(catchingUp.meeting(() -> told(0)).isComplete()).isTrue();

        catchingUp.end();
        assertThat(readiness.whyNoReads())
                .as("until it has met them as one of them")
                .isNotNull();
    }

    @Test
    void muchThatAPeerTellsAfterASplitIsSeenAsAWhole() {
        catchingUp.inOneGo(
                1_000,
                () -> assertThat(readiness.whyNoReads())
                        .as("nobody came or went")
                        .isNull());

        catchingUp.unrest();
        catchingUp.inOneGo(1, () -> assertThat(readiness.whyNoReads()).isNull());
        catchingUp.inOneGo(1_000, () -> assertThat(readiness.whyNoReads()).contains("other members have newer"));
        assertThat(readiness.whyNoReads()).isNull();
    }

    /** The comparison with the map and that with peers have a thread each. */
    @Test
    void readsAreRefusedUntilTheLastOfTwoComparisonsHasLearnt() {
        catchingUp.unrest();
        catchingUp.inOneGo(1_000, () -> {
            catchingUp.inOneGo(1_000, () -> {});
            assertThat(readiness.whyNoReads()).isNotNull();
        });

        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void whatIsLearntDuringAMergeEndsNoRefusal() {
        catchingUp.unrest();
        catchingUp.inOneGo(1_000, () -> merge(catchingUp));

        assertThat(readiness.whyNoReads()).isNotNull();
    }

    @Test
    void aMemberThatHasNotOpenedYetSaysWhyItIsNot() {
        Readiness starting = new Readiness();
        starting.enter(Readiness.Phase.WARMING);
        merge(new CatchUp(starting, subscriptions, () -> members, missing, standstill, clock, nanos::get));
        assertThat(starting.whyNoReads()).isEqualTo("loading the registry");

        starting.enter(Readiness.Phase.OPEN);
        assertThat(starting.whyNoReads()).contains("merged");
    }

    /** By then it is among the others, and would learn of them. */
    @Test
    void whileItMergesItShowsWhatItHadAndComparesNothing() {
        CountDownLatch hasCompared = new CountDownLatch(1);
        catchingUp.begin();
        assertThat(readiness.whyNoReads()).isNull();
        Thread comparing = new Thread(() -> catchingUp.comparing(() -> {
            assertThat(readiness.whyNoReads()).isNotNull();
            hasCompared.countDown();
            return EQUAL;
        }));
        comparing.start();
        await().until(() -> comparing.getState() == Thread.State.TIMED_WAITING);
        assertThat(hasCompared.getCount()).isOne();

        catchingUp.end();

        await().until(() -> hasCompared.getCount() == 0);
    }

    @Test
    void aComparisonThatIsUnderWayWhenAMergeBeginsTeachesNothing() {
        assertThatThrownBy(() -> catchingUp.comparing(() -> {
                    catchingUp.begin();
                    catchingUp.fromTheMap(1, () -> learn(2));
                    return EQUAL;
                }))
                .hasMessageContaining("being merged");
        assertThat(readiness.whyNoReads()).isNull();
        assertThat(directory.size()).isZero();

        catchingUp.end();
        catchingUp.fromTheMap(1, () -> learn(2));
        assertThat(directory.size()).isEqualTo(1);
    }
}
