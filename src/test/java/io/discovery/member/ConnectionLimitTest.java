package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionLimitTest {

    @ParameterizedTest
    @CsvSource({"20000, 1048576, 20000", "20000, 20500, 20000", "20000, 20499, 19999", "20000, 1024, 524", "3, 8, 3"})
    void filesForOtherThingsAreLeft(int wanted, long files, int effective) {
        assertThat(ConnectionLimit.effective(wanted, files)).isEqualTo(effective);
    }

    @Test
    void connectionsWithTlsTakeAShareOfTheHeap() {
        assertThat(ConnectionLimit.encrypted(20_000, 128_000_000)).isEqualTo(6_400);
        assertThat(ConnectionLimit.encrypted(1_000, 128_000_000)).isEqualTo(1_000);
    }
}
