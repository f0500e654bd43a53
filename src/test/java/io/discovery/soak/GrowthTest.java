package io.discovery.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.soak.Growth.Point;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GrowthTest {

    @Test
    void whatIsFilledOnceAndStaysDoesNotGrow() {
        assertThat(over90Seconds(second -> Math.min(second, 25))).isEqualTo(1);
    }

    @Test
    void aLeakGrows() {
        assertThat(over90Seconds(second -> 100 + second)).isGreaterThan(1.15);
    }

    @Test
    void upAndDownDoesNotGrow() {
        assertThat(over90Seconds(second -> second % 2 == 0 ? 10 : 30)).isBetween(0.95, 1.05);
    }

    @Test
    void aThirdWithoutAValueTellsNothing() {
        assertThatThrownBy(() -> Growth.of(List.of(new Point(0, 1), new Point(90, 1))))
                .hasMessage("no value from 30.0 s to 60.0 s");
    }

    private static double over90Seconds(IntToDoubleFunction value) {
        return Growth.of(IntStream.rangeClosed(0, 90)
                        .mapToObj(second -> new Point(second, value.applyAsDouble(second)))
                        .toList())
                .ratio();
    }
}
