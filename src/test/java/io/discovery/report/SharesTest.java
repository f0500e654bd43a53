package io.discovery.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SharesTest {

    @Test
    void eachGetsWhatItNeedsIfThatIsItsPartAtMostAndTheFirstTheRest() {
        assertThat(Shares.of(9, List.of(1, 2, 3))).containsExactly(1, 2, 3);
        assertThat(Shares.of(9, List.of(10, 10, 10))).containsExactly(3, 3, 3);
        assertThat(Shares.of(9, List.of(10, 0, 10))).containsExactly(6, 0, 3);
        assertThat(Shares.of(9, List.of(0, 0, 10))).containsExactly(0, 0, 9);
        assertThat(Shares.of(10, List.of(4, 4, 4))).containsExactly(4, 3, 3);
    }
}
