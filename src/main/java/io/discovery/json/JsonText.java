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
 * JSON in the seed's spelling: one line, ", " and ": " as separators, DEL and everything outside ASCII escaped in lower
 * case (Python's json.dumps). Parses strictly by RFC 8259: {@code NaN}, for example, is invalid.
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
            // Numbers keep the digits that the client sent.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final ObjectReader ELEMENTS =
            MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final ObjectWriter WRITER = MAPPER.writer(new SeedSpacing());

    private JsonText() {}

    /** Parses a text; returns empty if it is not valid JSON. */
    public static Optional<JsonNode> parse(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node == null || node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (JsonProcessingException | NumberFormatException noJson) {
            return Optional.empty();
        }
    }

    /**
     * Reads an array element by element, with one element's tree at a time.
     *
     * @return empty if the text is not a valid JSON array; {@code read} may have seen some elements then
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
            throw new IllegalStateException("cannot write as JSON: " + value, impossible);
        }
    }

    /** Returns a text as a JSON string, quotes included. */
    public static String quote(String text) {
        return needsNoEscape(text) ? '"' + text + '"' : generate(text);
    }

    /** Returns a JSON value as plain text: a string's content, nothing for null, else the JSON itself. */
    public static String textOf(String json) {
        if (json.startsWith("\"")) {
            return json.indexOf('\\') < 0
                    ? json.substring(1, json.length() - 1)
                    : parse(json).map(JsonNode::textValue).orElse("");
        }
        return json.equals("null") ? "" : json;
    }

    /** Returns true for almost every text. */
    private static boolean needsNoEscape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /** The JSON escapes and DEL, which Python escapes too. */
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
