package io.discovery.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTextTest {

    @Test
    void theTextOfAValueIsWhatAPersonWouldRead() {
        assertThat(JsonText.textOf("\"us-east-1\"")).isEqualTo("us-east-1");
        assertThat(JsonText.textOf("\"a \\u00e9 \\\"b\\\"\"")).isEqualTo("a \u00e9 \"b\"");
        assertThat(JsonText.textOf("\"\"")).isEmpty();
        assertThat(JsonText.textOf("null")).isEmpty();
        assertThat(JsonText.textOf("7")).isEqualTo("7");
        assertThat(JsonText.textOf("{\"a\": 1}")).isEqualTo("{\"a\": 1}");
    }
}
