package io.discovery.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A member that stood still refuses reads until it has met as many peers as before. */
class StandstillCatchUpTest extends CatchUpFixture {

    @Test
    void aLongStandstillIsRefusedAtOnceAndUntilAsManyPeersHaveBeenMet() {
        catchingUp.meeting(() -> told(2, 0));
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(readiness.whyNoReads()).contains("stood still");
        assertThat(subscriptions.isHeld()).isTrue();
        wake();
        assertThat(readiness.whyNoReads()).contains("stood still");
        assertThat(subscriptions.isHeld()).isTrue();
        assertThat(catchingUp.isCopyBehind()).isTrue();

        catchingUp.meeting(() -> told(2, 1));
        catchingUp.meeting(() -> told(1, 0));
        catchingUp.comparing(() -> EQUAL);
        assertThat(readiness.whyNoReads()).isNotNull();

        catchingUp.meeting(() -> told(2, 0));
        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
        assertThat(catchingUp.isCopyBehind()).isFalse();
    }

    /** The history begins anew, so that a list that is read again is followed by changes without a gap. */
    @Test
    void aListenerHearsBeforeReadsAreAnsweredAgain() {
        List<String> heard = new ArrayList<>();
        catchingUp.onCaughtUp(() -> heard.add(String.valueOf(readiness.whyNoReads())));
        standStill();
        assertThat(heard).isEmpty();

        catchingUp.meeting(() -> told(0, 0));

        assertThat(heard).hasSize(1);
        assertThat(heard.get(0)).contains("stood still");
    }

    @Test
    void aComparisonThatBeganBeforeAStandstillIsNotEnough() {
        catchingUp.meeting(() -> told(1, 0));
        catchingUp.meeting(() -> {
            standStill();
            return told(1, 0);
        });

        assertThat(readiness.whyNoReads()).isNotNull();
    }

    @Test
    void whoStoodStillAndHasMergedComparesWithWhoIsThere() {
        catchingUp.meeting(() -> told(2, 0));
        standStill();
        merge(catchingUp);
        assertThat(readiness.whyNoReads()).contains("merged");

        catchingUp.meeting(() -> told(1, 0));

        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void peersThatAreGoneAreWaitedForAWhile() {
        catchingUp.meeting(() -> told(1, 0));
        standStill();
        for (int second = 0; second < 15; second++) {
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            standstill.sign();
        }
        catchingUp.meeting(() -> told(0, 0));
        assertThat(readiness.whyNoReads()).isNotNull();

        nanos.addAndGet(1);
        catchingUp.meeting(() -> told(0, 0));

        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
    }

    @Test
    void anotherStandstillBeginsTheWaitAnew() {
        catchingUp.meeting(() -> told(1, 0));
        standStill();
        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        wake();

        catchingUp.meeting(() -> told(0, 0));

        assertThat(readiness.whyNoReads()).isNotNull();
    }

    @Test
    void whoWasAloneBeforeItStoodStillWaitsForNobody() {
        standStill();
        catchingUp.meeting(() -> told(0, 0));

        assertThat(readiness.whyNoReads()).isNull();
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
