package io.discovery.backend.dynamodb;

import static io.discovery.backend.dynamodb.ItemFixtures.MICROS;
import static io.discovery.backend.dynamodb.ItemFixtures.SEED_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.json.JsonText;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the seed: times in any style, and tags as Python reads them. */
class SeedTextsTest {

    /** Seed: dateutil.parser.parse. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-24T06:37:45.283604+0000,0", "2026-11-24T06:37:45.283604+00:00,0", "2026-11-24T06:37:45.283604Z,0",
        "2026-11-24 06:37:45.283604,0", "2026-11-24 06:37:45.283604+00:00,0", "2026-11-24T08:37:45.283604+02:00,0",
        "2026-11-24T01:07:45.283604-0530,0", "2026-11-24T07:37:45.283604+01,0", "2026-11-24T06:37:45.283604999Z,0",
        "2026-11-24 06:37:45.283604 UTC,0", "2026-11-24T06:37:45.2+0000,-83604", "2026-11-24T06:37:45,-283604",
        "2026-11-24T06:37Z,-45283604"
    })
    void aTimeIsReadInAnyStyle(String text, long differs) {
        assertThat(SeedTimestamp.micros(text)).isEqualTo(MICROS + differs);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999_999, 1_000_000, 1_700_000_000_000_000L, 253_402_300_799_999_999L})
    void aTimeWrittenIsTheTimeRead(long micros) {
        assertThat(SeedTimestamp.write(micros)).hasSize(SEED_TIME.length()).endsWith("+0000");
        assertThat(SeedTimestamp.micros(SeedTimestamp.write(micros))).isEqualTo(micros);
    }

    /** Seed: json.loads(strict=False); then as a client's tags would have been kept. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1}|1",
                "{\"a\": \"x\ty\"}|\"x\\ty\"",
                "{\"a\": NaN}|null",
                "{\"a\": [Infinity, {\"b\": -Infinity}, 1.50]}|[null, {\"b\": null}, 1.50]",
                "{\"a\": 1, \"a\": 2}|2",
                "{\"a\": \"\u00e9\"}|\"\\u00e9\"",
                "{\"a\": \"\\ud800\"}|\"\\ud800\"",
                "{\"a\":{\"b\":[1,2]}}|{\"b\": [1, 2]}",
                "{\"a\": 123456789012345678901234567890}|123456789012345678901234567890"
            })
    void tagsAreReadAsPythonReadsThem(String text, String value) {
        assertThat(TagsText.read(text)).containsExactly(Map.entry("a", value));
    }

    /** A number of a thousand digits, the most that a client may send, has more of them as it is written. */
    @Test
    void theLongestNumberIsReadAsItWasWritten() {
        String number = JsonText.write(JsonText.parse("1".repeat(999) + "e1").orElseThrow());

        assertThat(TagsText.read("{\"a\": " + number + "}")).containsExactly(Map.entry("a", number));
    }
}
