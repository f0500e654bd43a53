package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://me:secret@host:8000/path | http://…@host:8000/path",
                "ftp://secret@host | ftp://…@host",
                "http://me:sec/r@et@host | http://…@host",
                "http://me:sec?ret@host | http://…@host",
                "me:secret@host:8000 | …@host:8000",
                "http//me:secret@host | …@host",
                "https://host/path?password=secret | https://host/path?…",
                "https://me@host?password=sec@ret | https://…@ret",
                "@host:8000 | …@host:8000",
                "://me:secret@host | ://…@host",
                "?password=secret://host | ?…",
            })
    void userPasswordAndQueryAreLeftOut(String given, String shown) {
        assertThat(RedactedUrl.of(given)).isEqualTo(shown).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "http://127.0.0.1:8000", "https://dynamodb.us-east-1.amazonaws.com/", "10.0.0.0/8", "what?"})
    void whatHasNoneIsShownAsItIs(String given) {
        assertThat(RedactedUrl.of(given)).isEqualTo(given);
    }

    @Test
    void aSchemeBehindTheUserIsNoScheme() {
        assertThat(RedactedUrl.of("secret@://host")).isEqualTo("…@://host");
    }
}
