package io.discovery.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationsTest {

    @Test
    void aNumberNeedsAUnit() {
        assertThat(Durations.parse("500ms")).contains(Duration.ofMillis(500));
        assertThat(Durations.parse("30s")).contains(Duration.ofSeconds(30));
        assertThat(Durations.parse("10m")).contains(Duration.ofMinutes(10));
        assertThat(Durations.parse("2h")).contains(Duration.ofHours(2));
        assertThat(Durations.parse("1d")).contains(Duration.ofDays(1));
        assertThat(Durations.parse("30")).isEmpty();
        assertThat(Durations.parse("-1s")).isEmpty();
        assertThat(Durations.parse("99999999999s")).isEmpty();
    }

    @Test
    void theTwoLargestUnitsAreShown() {
        assertThat(Durations.about(5)).isEqualTo("5s");
        assertThat(Durations.about(125)).isEqualTo("2m 5s");
        assertThat(Durations.about(3_600 * 5 + 61)).isEqualTo("5h 1m");
        assertThat(Durations.about(86_400 * 3 + 3_600 * 4)).isEqualTo("3d 4h");
    }
}
