package io.discovery.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1.50, \"b\": [null, true, false, \"x\"], \"c\": {\"d\": {}}, \"e\": []}",
                "123456789012345678901234567890",
                "\"\\u001B[2J\\u00FC\"",
                "[1E+5, -0]"
            })
    void aTextThatIsReadIsWrittenAsItWas(String text) throws IOException {
        assertThat(JsonText.write(JsonText.parse(text))).isEqualTo(text);
    }

    @Test
    void elementsOfALongArrayComeOneByOne() throws IOException {
        List<JsonObject> seen = new ArrayList<>();

        JsonObject rest = JsonText.elements(
                bytes("{\"n\": 1, \"hosts\": [{\"a\": 1}, {\"a\": 2}], \"more\": true}"), "hosts", seen::add);

        assertThat(seen).extracting(each -> each.number("a", 0)).containsExactly(1L, 2L);
        assertThat(rest.is("more")).isTrue();
        assertThat(rest.number("n", 0)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"hosts\": [1]}",
                "{\"hosts\": [{}",
                "{\"hosts\": [{}]",
                "{}",
                "{\"hosts\": null}",
                "<html>"
            })
    void aListThatIsCutOffOrSomethingElseIsRefused(String text) {
        assertThatThrownBy(() -> JsonText.elements(bytes(text), "hosts", host -> {}))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "nul", "[1,]"})
    void aTextThatIsNotOneValueIsRefused(String text) {
        assertThatThrownBy(() -> JsonText.parse(text)).isInstanceOf(IOException.class);
    }

    @Test
    void aFieldThatIsNotThereReadsAsEmpty() {
        JsonObject object = JsonObject.of("a", JsonNumber.of(1), "none", null);

        assertThat(object.text("b")).isEmpty();
        assertThat(object.has("none")).isFalse();
        assertThat(object.number("b", 7)).isEqualTo(7);
        assertThat(object.object("b").text("c")).isEmpty();
        assertThat(object.objects("b")).isEmpty();
        assertThat(object.text("a")).isEqualTo("1");
    }
}
