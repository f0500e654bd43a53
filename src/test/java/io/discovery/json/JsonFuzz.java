package io.discovery.json;

import static io.discovery.fuzz.FuzzTarget.requireEqual;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.fuzz.FuzzTarget;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * JSON texts. The three parsers agree on which texts are JSON, the written form of a text parses to itself, and it is
 * one line of ASCII.
 */
public final class JsonFuzz implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "{\"az\": \"us-east-1a\", \"weights\": [1.50, -2e3, 1e999999999], \"deep\": {\"a\": [[{}]]}}",
                        "[true, false, null, \"\\u00e9 \\ud83d\\ude00 \\n\", \"\u00e9\"]",
                        "\"text\"",
                        " 7 ",
                        "[".repeat(101) + "]".repeat(101),
                        "1e99999999999",
                        "[1, 2] 3")
                .map(text -> text.getBytes(UTF_8))
                .toList();
    }

    @Override
    public void read(byte[] input) {
        String text = new String(input, UTF_8);
        Optional<JsonNode> tree = JsonText.parse(text);
        Optional<JsonShape> shape = JsonShape.of(text);
        Optional<List<String>> elements = JsonText.elements(text, JsonText::write);

        requireEqual(shape.isPresent(), tree.isPresent(), "a shape");
        requireEqual(elements.isPresent(), tree.filter(JsonNode::isArray).isPresent(), "elements");
        tree.ifPresent(JsonFuzz::requireStable);
        tree.ifPresent(node -> requireAsLarge(
                shape.orElseThrow(), JsonShape.of(JsonText.write(node)).orElseThrow()));
        elements.ifPresent(each ->
                requireEqual("[" + String.join(", ", each) + "]", JsonText.write(tree.orElseThrow()), "elements"));
    }

    /** Checks a text's shape. Of values with one key the shape counts all, and the tree keeps the last. */
    private static void requireAsLarge(JsonShape text, JsonShape tree) {
        requireEqual(text.isArray(), tree.isArray(), "a shape's array");
        requireEqual(text.elements(), tree.elements(), "a shape's elements");
        FuzzTarget.require(
                text.values() >= tree.values() && text.mostInElement() >= tree.mostInElement(),
                () -> text + " is smaller than its tree, " + tree);
    }

    private static void requireStable(JsonNode tree) {
        String written = JsonText.write(tree);
        FuzzTarget.require(
                written.chars().allMatch(c -> c >= ' ' && c <= '~'), () -> "more than printable ASCII: " + written);
        requireEqual(JsonText.write(JsonText.parse(written).orElseThrow()), written, "written again");
        String plain = JsonText.textOf(written);
        requireEqual(tree.isTextual() ? JsonText.quote(plain) : plain, tree.isNull() ? "" : written, "plain text");
    }
}
