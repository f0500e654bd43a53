package io.discovery.durability;

import static io.discovery.registry.Fixtures.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.registry.Fixtures;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BackendTimeTest {

    private static final Duration PROOF = Duration.ofMinutes(8);

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - TimeUnit.MINUTES.toNanos(3));
    private final BackendTime time = new BackendTime(nanos::get, PROOF);

    @Test
    void thereIsNoTimeBeforeThereIsACluster() {
        assertThatThrownBy(time::nowMicros)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a backend has no time before its member has joined the cluster");
    }

    @Test
    void itIsTheClustersClock() {
        time.follow(clock);

        assertThat(time.nowMicros()).isEqualTo(clock.nowMicros());
    }

    @Test
    void nothingIsProvenUntilTheTimeOfProofHasPassed() {
        time.follow(clock);
        assertThat(time.provenMicros()).isEqualTo(Long.MIN_VALUE);

        pass(PROOF.minusSeconds(1));
        assertThat(time.provenMicros()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void whatTheClockShowedThenIsProven() {
        time.follow(clock);
        long start = clock.nowMicros();
        for (int minute = 0; minute < 30; minute++) {
            long proven = time.provenMicros();
            if (minute >= 8) {
                assertThat(proven).isEqualTo(start + (minute - 8L) * 60 * SECOND);
            }
            pass(Duration.ofMinutes(1));
        }
    }

    /** The wall clock of the oldest member was set a day ahead, and the cluster's clock has followed. */
    @Test
    void aStepIsNotBelievedBeforeAllWhoLiveHaveReportedByTheNewClock() {
        time.follow(clock);
        long start = clock.nowMicros();
        for (int minute = 0; minute < 10; minute++) {
            time.provenMicros();
            pass(Duration.ofMinutes(1));
        }
        clock.now.addAndGet(TimeUnit.DAYS.toMicros(1));

        for (int minute = 0; minute < 8; minute++) {
            assertThat(time.provenMicros()).isLessThan(start + 10 * 60 * SECOND);
            pass(Duration.ofMinutes(1));
        }
        assertThat(time.provenMicros()).isEqualTo(start + TimeUnit.DAYS.toMicros(1) + 10 * 60 * SECOND);
    }

    /** This member's clock was a day ahead while it was apart; it has met the others, and goes by their time. */
    @Test
    void aStepBackTakesBackWhatWasProven() {
        time.follow(clock);
        for (int minute = 0; minute < 20; minute++) {
            time.provenMicros();
            pass(Duration.ofMinutes(1));
        }
        clock.now.addAndGet(-TimeUnit.DAYS.toMicros(1));
        long right = clock.nowMicros();

        for (int minute = 0; minute < 8; minute++) {
            assertThat(time.provenMicros()).isEqualTo(Long.MIN_VALUE);
            pass(Duration.ofMinutes(1));
        }
        assertThat(time.provenMicros()).isEqualTo(right);
    }

    @Test
    void whoeverAsksSeldomIsToldLessNeverMore() {
        time.follow(clock);
        long start = clock.nowMicros();
        time.provenMicros();

        pass(PROOF.multipliedBy(5));

        assertThat(time.provenMicros()).isEqualTo(start);
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
        clock.now.addAndGet(TimeUnit.NANOSECONDS.toMicros(duration.toNanos()));
    }
}
