package io.discovery.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LineWindowTest {

    private long nanos;
    private final LineWindow lines = new LineWindow(2, Duration.ofSeconds(1), () -> nanos);

    @Test
    void linesOverTheNumberAreLeftOutAndCounted() {
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
