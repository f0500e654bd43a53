package io.discovery.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.cluster.ClusterClock.Reading;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A member refuses reads and writes while its clock is in doubt. */
class ClockCatchUpTest extends CatchUpFixture {

    /** By a clock far behind theirs, what peers have written since the split looks as if it came too early. */
    @Test
    void aComparisonWithoutTheOldestMembersTimeIsNotEnough() {
        merge(catchingUp);
        oldest = new Reading.None();
        catchingUp.meeting(() -> told(0));
        assertThat(readiness.whyNoReads()).isNotNull();

        oldest = new Reading.Peer(nanos.get(), NOW + 3_600_000_000L, 0);
        catchingUp.meeting(() -> {
            assertThat(clock.nowMicros()).isEqualTo(NOW + 3_600_000_000L);
            return told(0);
        });

        assertThat(readiness.whyNoReads()).isNull();
    }

    @Test
    void anOldestMemberThatTellsNoTimeIsWaitedForAWhile() {
        merge(catchingUp);
        oldest = new Reading.None();
        nanos.addAndGet(Duration.ofSeconds(15).toNanos());
        standstill.sign();
        catchingUp.meeting(() -> told(0));
        assertThat(readiness.whyNoReads()).isNotNull();

        nanos.addAndGet(1);
        catchingUp.meeting(() -> told(0));

        assertThat(readiness.whyNoReads()).isNull();
    }

    /** By its clock leases have ended that others know to go on. */
    @Test
    void aMemberWhoseClockIsFarAheadOfTheOldestMembersRefusesAll() {
        oldest = new Reading.Peer(nanos.get(), NOW - 59_000_000, 0);
        catchingUp.adjustClock();
        assertThat(readiness.whyNoReads()).isNull();

        oldest = new Reading.Peer(nanos.get(), NOW - 61_000_000, 0);
        catchingUp.adjustClock();
        assertThat(readiness.whyNoReads()).contains("clock");
        assertThat(readiness.whyNoWrites()).contains("clock");
        assertThat(subscriptions.isHeld()).isTrue();
        oldest = new Reading.None();
        catchingUp.adjustClock();
        assertThat(readiness.whyNoReads()).contains("clock");
        assertThat(readiness.whyNoWrites()).contains("clock");

        oldest = new Reading.Peer(nanos.get(), NOW - 59_000_000, 0);
        catchingUp.adjustClock();
        assertThat(readiness.whyNoWrites()).isNull();
        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
    }

    /** It cannot know of leases that others hold, but hosts report by its clock from now on. */
    @Test
    void whoIsFarAheadAndLeftAloneTakesWritesAtOnceAndReadsInALease() {
        oldest = new Reading.Peer(nanos.get(), NOW - 61_000_000, 0);
        catchingUp.adjustClock();
        oldest = new Reading.Self();
        catchingUp.adjustClock();
        assertThat(readiness.whyNoWrites()).isNull();
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        standstill.sign();
        catchingUp.adjustClock();
        assertThat(readiness.whyNoReads()).isNotNull();

        nanos.addAndGet(1);
        catchingUp.adjustClock();

        assertThat(readiness.whyNoReads()).isNull();
        assertThat(subscriptions.isHeld()).isFalse();
    }

    @Test
    void whoHasMergedTakesWritesWhenItHasBeenToldTheTime() {
        merge(catchingUp);
        oldest = new Reading.None();
        catchingUp.adjustClock();
        assertThat(readiness.whyNoWrites()).contains("time");

        oldest = new Reading.Peer(nanos.get(), NOW, 0);
        catchingUp.adjustClock();

        assertThat(readiness.whyNoWrites()).isNull();
    }
}
