package io.discovery.registry;

import static io.discovery.registry.Fixtures.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Version;
import org.junit.jupiter.api.Test;

final class ClockTest {

    /** Above it the change's version would be refused elsewhere. */
    @Test
    void versionsMayBeAMinuteAheadOfTheClustersTime() {
        Fixtures.HandClock clock = new Fixtures.HandClock(1);
        clock.leadMicros = 5 * SECOND;

        assertThat(clock.limitMicros()).isEqualTo(clock.nowMicros() + 55 * SECOND);
    }

    @Test
    void aClockThatIsNotKnownToBeWrongIsTheClusters() {
        Clock right = new Clock() {
            @Override
            public long nowMicros() {
                return 7;
            }

            @Override
            public Version next() {
                return new Version(7, 1);
            }

            @Override
            public Version nextAbove(Version seen) {
                return new Version(seen.micros() + 1, 1);
            }
        };

        assertThat(right.clusterMicros()).isEqualTo(7);
    }
}
