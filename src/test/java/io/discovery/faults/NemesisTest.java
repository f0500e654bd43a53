package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The members that a fault of two takes hold of: they are two, also after another has left. */
class NemesisTest {

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "0, 2, 1", "1, 2, 0", "1, 1, 0", "0, 0, 1"})
    void theOtherMemberIsNeverTheVictim(int victim, int number, int other) {
        assertThat(Nemesis.other(List.of(0, 1), victim, number)).isEqualTo(other);
    }
}
