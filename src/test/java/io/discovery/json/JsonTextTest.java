package io.discovery.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void valuesAreCountedInAllAndInTheLargestElement() {
        assertThat(JsonShape.of("[1, [[], {\"a\": [true]}], null, \"x\"]")).contains(new JsonShape(true, 4, 9, 5));
        assertThat(JsonShape.of("[]")).contains(new JsonShape(true, 0, 1, 0));
        assertThat(JsonShape.of("{\"a\": [1.50, {}]}")).contains(new JsonShape(false, 0, 4, 0));
        assertThat(JsonShape.of(" 7 ")).contains(new JsonShape(false, 0, 1, 0));
    }

    @Test
    void elementsAreReadAsTheyWouldBeInATree() {
        String array = "[1.50, null, [[]], {\"a\": \"b\"}]";

        assertThat(JsonText.elements(array, JsonText::write))
                .contains(List.of("1.50", "null", "[[]]", "{\"a\": \"b\"}"));
        assertThat(JsonText.elements("[]", JsonText::write)).contains(List.of());
        assertThat(JsonText.elements("{}", JsonText::write)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[",
                "[1",
                "[1,]",
                "[1 2]",
                "]",
                "[] []",
                "[],",
                "1 2",
                "{\"a\"}",
                "[NaN]",
                "[1e99999999999]",
                "x"
            })
    void whatIsNoTreeIsNothingElse(String text) {
        assertThat(JsonText.parse(text)).isEmpty();
        assertThat(JsonShape.of(text)).isEmpty();
        assertThat(JsonText.elements(text, JsonText::write)).isEmpty();
    }

    @Test
    void whatIsTooDeepOrHasTooManyDigitsIsNoJson() {
        for (String text : List.of("[".repeat(101) + "]".repeat(101), "[" + "1".repeat(1_001) + "]")) {
            assertThat(JsonText.parse(text)).isEmpty();
            assertThat(JsonShape.of(text)).isEmpty();
            assertThat(JsonText.elements(text, JsonText::write)).isEmpty();
        }
    }
}
