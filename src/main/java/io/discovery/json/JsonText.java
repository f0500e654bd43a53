package io.discovery.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON as the seed writes it: one line, ", " and ": " between, DEL and everything outside ASCII escaped in lower case
 * (Python's json.dumps). Reads strictly: what is no JSON by RFC 8259, {@code NaN} included, is none.
 */
public final class JsonText {

    private static final int DEEPEST_NESTING = 100;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
            .characterEscapes(new SeedEscapes())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST_NESTING)
                    .build())
            .build();

    private static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY)
            // Numbers keep the digits that were sent.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectReader ELEMENTS =
            MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final ObjectWriter WRITER = MAPPER.writer(new SeedSpacing());

    private JsonText() {}

    /** Empty if the text is no JSON. */
    public static Optional<JsonNode> parse(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (JsonProcessingException | NumberFormatException noJson) {
            return Optional.empty();
        }
    }

    /**
     * Reads the elements of an array, each of which has become something else before the next is a tree.
     *
     * @return empty if the text is no JSON array; then some elements may have been read
     */
    public static <T> Optional<List<T>> elements(String text, Function<JsonNode, T> read) {
        List<T> elements = new ArrayList<>();
        try (JsonParser tokens = tokens(text)) {
            if (tokens.nextToken() != JsonToken.START_ARRAY) {
                return Optional.empty();
            }
            while (tokens.nextToken() != JsonToken.END_ARRAY) {
                JsonNode element = ELEMENTS.readTree(tokens);
                elements.add(read.apply(element));
            }
            return tokens.nextToken() == null ? Optional.of(elements) : Optional.empty();
        } catch (IOException | NumberFormatException noJson) {
            return Optional.empty();
        }
    }

    static JsonParser tokens(String text) throws IOException {
        return FACTORY.createParser(text);
    }

    public static String write(Object value) {
        return value instanceof TextNode text ? quote(text.textValue()) : generate(value);
    }

    private static String generate(Object value) {
        try {
            return WRITER.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a value that has no JSON: " + value, impossible);
        }
    }

    /** A text as JSON, quotes included. */
    public static String quote(String text) {
        return needsNoEscape(text) ? '"' + text + '"' : generate(text);
    }

    /** What a JSON value says as plain text: a string itself, null nothing, anything else its JSON. */
    public static String textOf(String json) {
        if (json.startsWith("\"")) {
            return json.indexOf('\\') < 0
                    ? json.substring(1, json.length() - 1)
                    : parse(json).map(JsonNode::textValue).orElse("");
        }
        return json.equals("null") ? "" : json;
    }

    /** Almost every text there is. */
    private static boolean needsNoEscape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /** The JSON escapes and DEL: for Python, ASCII that needs none ends before it. */
    private static final class SeedEscapes extends CharacterEscapes {
        private final int[] ascii = standardAsciiEscapesForJSON();

        SeedEscapes() {
            ascii[0x7f] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int character) {
            return null;
        }
    }

    private static final class SeedSpacing extends MinimalPrettyPrinter {
        @Override
        public void writeObjectFieldValueSeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(": ");
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(", ");
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator generator) throws IOException {
            generator.writeRaw(", ");
        }
    }
}
