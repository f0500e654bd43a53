package io.discovery.backend.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Texts of any 16-bit units, unpaired surrogates among them. */
class EscapesProperties {

    @Property
    void anyTextComesBack(@ForAll("texts") String text) {
        assertThat(Escapes.unescape(Escapes.escape(text))).isEqualTo(text);
    }

    @Property
    void escapedTextSurvivesUtf8AndHasNoControlCharacters(@ForAll("texts") String text) {
        String escaped = Escapes.escape(text);

        assertThat(new String(escaped.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(escaped);
        assertThat(escaped.chars()).allMatch(c -> c >= ' ');
    }

    @Property
    void anyTagsComeBack(@ForAll("tags") Map<String, String> texts, @ForAll long micros, @ForAll long member) {
        List<Tag> list = texts.entrySet().stream()
                .map(tag -> new Tag(tag.getKey(), tag.getValue(), new Version(micros, member)))
                .toList();
        Tags tags = new Tags(list);

        assertThat(TagLines.read(TagLines.write(tags))).isEqualTo(tags);
    }

    @Example
    void ordinaryTextStandsForItself() {
        assertThat(Escapes.escape("us-east-1a é \ud83d\ude00 \"q\"")).isEqualTo("us-east-1a é \ud83d\ude00 \"q\"");
        assertThat(Escapes.escape("a\\b\n\0\ud800")).isEqualTo("a\\\\b\\n\\u0000\\ud800");
    }

    @Example
    void whatEscapeNeverWritesIsRefused() {
        for (String wrong : List.of("\\", "a\\", "\\x", "\\u", "\\u00", "\\u00g0")) {
            assertThatThrownBy(() -> Escapes.unescape(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        for (String wrong : List.of("az", "az\t1\t2", "az\t1\tx\t3", "az\t1\t2\t3\n", "a\t1\t2\t3\na\t1\t2\t3")) {
            assertThatThrownBy(() -> TagLines.read(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<Character> any = Arbitraries.chars().range(Character.MIN_VALUE, Character.MAX_VALUE);
        Arbitrary<Character> special = Arbitraries.of('\\', 'n', 'u', '0', '\n', '\t', '\r', '\0', '\ud83d', '\ude00');
        return Arbitraries.oneOf(any, special).list().ofMaxSize(12).map(EscapesProperties::join);
    }

    @Provide
    Arbitrary<Map<String, String>> tags() {
        return Arbitraries.maps(texts(), texts()).ofMaxSize(5);
    }

    private static String join(List<Character> characters) {
        StringBuilder text = new StringBuilder();
        characters.forEach(text::append);
        return text.toString();
    }
}
