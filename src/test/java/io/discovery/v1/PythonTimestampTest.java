package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Seed: README, last_check_in, "timestamp converted to string": Python's str(datetime), UTC. */
class PythonTimestampTest {

    @Test
    void aTimeHasSixDigitsOfItsSecond() {
        assertThat(PythonTimestamp.of(1_795_502_194_143_225L)).isEqualTo("2026-11-24 06:36:34.143225");
        assertThat(PythonTimestamp.of(1_795_502_194_000_001L)).isEqualTo("2026-11-24 06:36:34.000001");
    }

    @Test
    void aWholeSecondHasNone() {
        assertThat(PythonTimestamp.of(1_893_553_445_000_000L)).isEqualTo("2030-01-02 03:04:05");
    }
}
