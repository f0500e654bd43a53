package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.discovery.cluster.ClusterClock.Reading;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterClockTest {

    private static final long SECOND = 1_000_000;
    private static final long START = 1_000 * SECOND;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong wall = new AtomicLong(START);
    private final AtomicLong oldest = new AtomicLong(START);
    private final Reading self = new Reading.Self();
    private long uncertainty;
    private Reading answer = self;

    private final ClusterClock ofOldest =
            new ClusterClock(() -> self, wall::get, nanos::get, 7, Duration.ofSeconds(10));

    private ClusterClock follower() {
        answer = new Reading.Peer(0, 0, 0);
        return new ClusterClock(
                () -> answer instanceof Reading.Peer
                        ? new Reading.Peer(nanos.get(), oldest.get(), uncertainty)
                        : answer,
                wall::get,
                nanos::get,
                8,
                Duration.ofSeconds(10));
    }

    @Test
    void itMovesBetweenLooksByTheMonotonicClock() {
        long before = ofOldest.nowMicros();

        nanos.addAndGet(1_500_000);

        assertThat(ofOldest.nowMicros() - before).isEqualTo(1_500);
    }

    @Test
    void versionsAreUniqueAndRiseWhileTimeStandsStill() {
        Version first = ofOldest.next();
        Version second = ofOldest.next();

        assertThat(second).isGreaterThan(first);
        assertThat(first.member()).isEqualTo(7);
        assertThat(ofOldest.nextAbove(new Version(second.micros() + 500, 9)).micros())
                .isEqualTo(second.micros() + 501);
        assertThat(ofOldest.next().micros()).isEqualTo(second.micros() + 502);
    }

    /** Behind it, versions could come again that the cluster gave out before all its members stopped. */
    @Test
    void aMemberWithoutPeersBeginsNotBehindItsWallClock() {
        assertThat(ofOldest.next().micros()).isGreaterThanOrEqualTo(START);
    }

    @Test
    void whatIsAheadOfTheClockPutsNothingElseAhead() {
        Version ahead = new Version(START + 3_600 * SECOND, 9);

        Version above = ofOldest.nextAbove(ahead);

        assertThat(above).isGreaterThan(ahead);
        assertThat(ofOldest.nextAbove(ahead)).isGreaterThan(above);
        assertThat(ofOldest.next().micros()).isCloseTo(START, within(SECOND));
    }

    @Test
    void aJoinerBeginsWithTheOldestMembersClockWhateverItsWallClockSays() {
        wall.addAndGet(-3_600 * SECOND);

        ClusterClock joined = follower();

        assertThat(joined.nowMicros()).isEqualTo(oldest.get());
        assertThat(joined.wallOffsetMicros()).isEqualTo(-3_600 * SECOND);
    }

    @Test
    void theOldestMembersClockIsFollowedByHalfOfRealSpeed() {
        ClusterClock clock = follower();
        oldest.addAndGet(2 * SECOND);
        clock.adjust();
        long before = clock.nowMicros();

        seconds(1);
        assertThat(clock.nowMicros() - before).isEqualTo(1_500_000);

        for (int i = 0; i < 30; i++) {
            clock.adjust();
            seconds(1);
        }
        assertThat(clock.nowMicros()).isCloseTo(oldest.get(), within(2_000L));
    }

    @Test
    void whatTheWayThereMayHaveTakenIsNoDifference() {
        ClusterClock clock = follower();
        uncertainty = 150_000;
        oldest.addAndGet(-150_000);
        clock.adjust();
        long before = clock.nowMicros();

        seconds(1);

        assertThat(clock.nowMicros() - before).isEqualTo(SECOND);
    }

    @Test
    void anOldestMemberFarAheadIsBelievedAtOnce() {
        ClusterClock clock = follower();
        oldest.addAndGet(60 * SECOND);
        clock.adjust();

        assertThat(clock.nowMicros()).isEqualTo(oldest.get());
        assertThat(clock.steps()).isEqualTo(1);
    }

    @Test
    void itNeverGoesBackHoweverFarTheOldestMemberDoes() {
        ClusterClock clock = follower();
        oldest.addAndGet(-3_600 * SECOND);
        long last = clock.nowMicros();
        for (int i = 0; i < 100; i++) {
            clock.adjust();
            seconds(1);
            assertThat(clock.nowMicros() - last).isEqualTo(SECOND / 2);
            last = clock.nowMicros();
        }
    }

    @Test
    void versionsAreLimitedByTheOldestMembersClockWhileThisOneIsFarAhead() {
        ClusterClock clock = follower();
        assertThat(clock.limitMicros()).isEqualTo(oldest.get() + 60 * SECOND);

        oldest.addAndGet(-3_600 * SECOND);
        clock.adjust();

        assertThat(clock.clusterMicros()).isEqualTo(oldest.get());
        assertThat(clock.limitMicros()).isEqualTo(oldest.get() + 60 * SECOND);
    }

    /** As when those that were right stop one after the other. */
    @Test
    void whoIsFarAheadAndBecomesTheOldestStaysFarAheadForALease() {
        ClusterClock clock = follower();
        oldest.addAndGet(-3_600 * SECOND);
        clock.adjust();
        assertThat(clock.isFarAheadOfOthers()).isTrue();

        answer = self;
        clock.adjust();
        assertThat(clock.isFarAheadOfOthers()).isFalse();
        seconds(10);
        clock.adjust();
        assertThat(clock.isFarAhead()).isTrue();
        seconds(1);
        clock.adjust();
        assertThat(clock.isFarAhead()).isFalse();
    }

    @Test
    void withoutAnAnswerItMovesOn() {
        ClusterClock clock = follower();
        oldest.addAndGet(2 * SECOND);
        clock.adjust();
        answer = new Reading.None();
        clock.adjust();
        long before = clock.nowMicros();

        seconds(1);

        assertThat(clock.nowMicros() - before).isEqualTo(SECOND);
    }

    @Test
    void aWallClockThatJumpsToAndFroMovesNobody() {
        long before = ofOldest.nowMicros();
        wall.addAndGet(30 * SECOND);
        for (int i = 0; i < 20; i++) {
            ofOldest.adjust();
            seconds(1);
        }
        wall.addAndGet(-30 * SECOND);
        ofOldest.adjust();

        assertThat(ofOldest.nowMicros() - before).isCloseTo(20 * SECOND, within(SECOND / 10));
        assertThat(ofOldest.steps()).isZero();
    }

    /** Leases are a fifth shorter meanwhile; by a step all of them would end at once, perhaps by a clock set wrong. */
    @ParameterizedTest
    @ValueSource(longs = {3_600, 48 * 3_600, 50 * 365 * 24 * 3_600L})
    void aWallClockThatStaysFarAheadIsApproachedByAQuarterOfRealSpeed(long seconds) {
        wall.addAndGet(seconds * SECOND);
        for (int i = 0; i <= ClusterClock.WALL_PATIENCE; i++) {
            ofOldest.adjust();
            seconds(1);
        }
        long before = ofOldest.nowMicros();
        ofOldest.adjust();
        seconds(1);

        assertThat(ofOldest.nowMicros() - before).isEqualTo(SECOND * 5 / 4);
        assertThat(ofOldest.steps()).isZero();
    }

    @Test
    void anOldestMemberThatHurriesIsKeptUpWith() {
        ClusterClock clock = follower();
        for (int i = 0; i < 100; i++) {
            clock.adjust();
            seconds(1);
            oldest.addAndGet(SECOND / 4);
        }

        assertThat(clock.nowMicros()).isCloseTo(oldest.get(), within(SECOND / 2));
        assertThat(clock.steps()).isZero();
    }

    @Test
    void aWallClockThatStaysFarBehindIsWaitedForAtHalfSpeed() {
        wall.addAndGet(-60 * SECOND);
        for (int i = 0; i <= ClusterClock.WALL_PATIENCE; i++) {
            ofOldest.adjust();
            seconds(1);
        }
        long before = ofOldest.nowMicros();
        ofOldest.adjust();
        seconds(1);

        assertThat(ofOldest.nowMicros() - before).isEqualTo(SECOND / 2);
    }

    private void seconds(long seconds) {
        nanos.addAndGet(seconds * 1_000_000_000);
        wall.addAndGet(seconds * SECOND);
        oldest.addAndGet(seconds * SECOND);
    }
}
