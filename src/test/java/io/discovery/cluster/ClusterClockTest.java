package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.discovery.model.Version;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClusterClockTest {

    private static final long SECOND = 1_000_000;

    private final AtomicLong clusterMillis = new AtomicLong(1_000_000);
    private final AtomicLong nanos = new AtomicLong();
    private final ClusterClock clock = new ClusterClock(clusterMillis::get, nanos::get, 7);

    @Test
    void itMovesBetweenSamplesByTheMonotonicClock() {
        long before = clock.nowMicros();

        nanos.addAndGet(1_500_000);

        assertThat(clock.nowMicros() - before).isEqualTo(1_500);
    }

    @Test
    void versionsAreUniqueAndRiseWhileTimeStandsStill() {
        Version first = clock.next();
        Version second = clock.next();

        assertThat(second).isGreaterThan(first);
        assertThat(first.member()).isEqualTo(7);
        assertThat(clock.nextAbove(new Version(second.micros() + 500, 9)).micros())
                .isEqualTo(second.micros() + 501);
        assertThat(clock.next().micros()).isEqualTo(second.micros() + 502);
    }

    @Test
    void aSmallStepOfTheWallClockIsBentAwaySlowly() {
        clusterMillis.addAndGet(2_000);
        clock.adjust();
        long before = clock.nowMicros();

        seconds(1);
        assertThat(clock.nowMicros() - before).isEqualTo(1_100_000);

        for (int i = 0; i < 30; i++) {
            clock.adjust();
            seconds(1);
        }
        assertThat(clock.nowMicros()).isCloseTo(clusterMicros(), within(2_000L));
    }

    @Test
    void aClusterFarAheadIsBelievedAtOnce() {
        clusterMillis.addAndGet(60_000);
        clock.adjust();

        assertThat(clock.nowMicros()).isEqualTo(clusterMicros());
        assertThat(clock.steps()).isEqualTo(1);
    }

    @Test
    void itNeverGoesBackHoweverFarTheClusterDoes() {
        clusterMillis.addAndGet(-3_600_000);
        long last = clock.nowMicros();
        for (int i = 0; i < 100; i++) {
            clock.adjust();
            seconds(1);
            assertThat(clock.nowMicros() - last).isEqualTo(SECOND / 2);
            last = clock.nowMicros();
        }
    }

    private void seconds(long seconds) {
        nanos.addAndGet(seconds * 1_000_000_000);
        clusterMillis.addAndGet(seconds * 1_000);
    }

    private long clusterMicros() {
        return clusterMillis.get() * 1_000;
    }
}
