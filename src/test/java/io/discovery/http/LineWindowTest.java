package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LinesPerSecondTest {

    private long nanos;
    private final LinesPerSecond lines = new LinesPerSecond(2, () -> nanos);

    @Test
    void linesOverTheRateAreLeftOutAndCounted() {
        assertThat(lines.mayWrite()).isTrue();
        assertThat(lines.mayWrite()).isTrue();
        assertThat(lines.mayWrite()).isFalse();
        assertThat(lines.mayWrite()).isFalse();

        nanos += Duration.ofSeconds(1).toNanos();

        assertThat(lines.mayWrite()).isTrue();
        assertThat(lines.leftOut()).isEqualTo(2);
        assertThat(lines.leftOut()).isZero();
    }
}
