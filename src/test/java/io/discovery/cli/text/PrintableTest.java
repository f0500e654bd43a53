package io.discovery.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "payments", "a b-c_d.e:80", "zürich", "支付", "\ud83d\ude00"})
    void textThatCommandsNothingStaysAsItIs(String text) {
        assertThat(Printable.of(text)).isEqualTo(text);
    }

    @Test
    void controlsAndInvisibleCharactersAreShownAsEscapes() {
        assertThat(Printable.of("\u001b[2J")).isEqualTo("\\u001b[2J");
        assertThat(Printable.of("a\u009b31m\u007f")).isEqualTo("a\\u009b31m\\u007f");
        assertThat(Printable.of("two\r\nlines\tand \u2028")).isEqualTo("two\\r\\nlines\\tand \\u2028");
        assertThat(Printable.of("\u202eabc\u200b")).isEqualTo("\\u202eabc\\u200b");
        assertThat(Printable.of("half \ud83d")).isEqualTo("half \\ud83d");
        assertThat(Printable.of("tag \udb40\udc41")).isEqualTo("tag \\U000e0041");
    }
}
