package io.discovery.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UtcTimeTest {

    @Test
    void writesMicroseconds() {
        assertThat(UtcTime.of(0)).isEqualTo("1970-01-01T00:00:00.000000Z");
        assertThat(UtcTime.of(1_795_791_600_123_456L)).isEqualTo("2026-11-27T15:00:00.123456Z");
        assertThat(UtcTime.of(-1)).isEqualTo("1969-12-31T23:59:59.999999Z");
    }

    @Test
    void readsWhatItWritesAndOtherOffsets() {
        assertThat(UtcTime.parse("2026-11-27T15:00:00.123456Z")).hasValue(1_795_791_600_123_456L);
        assertThat(UtcTime.parse("2026-11-27T16:00:00+01:00")).hasValue(1_795_791_600_000_000L);
        assertThat(UtcTime.parse("yesterday")).isEmpty();
        assertThat(UtcTime.parse("+999999999-01-01T00:00:00Z")).isEmpty();
    }
}
