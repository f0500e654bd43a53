package io.discovery.auth.jwt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects of which no two programs read different things: UTF-8, no name twice (RFC 7515, section 4), nothing
 * behind the object, and not nested deeply.
 */
final class StrictJson {

    private static final int DEEPEST_NESTING = 20;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST_NESTING)
                    .build())
            .build();

    private static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /** Parses an object; returns empty if the bytes are none. */
    static Optional<ObjectNode> parse(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return MAPPER.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException | NumberFormatException noJson) {
            return Optional.empty();
        }
    }

    /** Returns the fields of an object, without those that are null. */
    static Map<String, Object> fields(ObjectNode object) {
        Map<String, Object> fields = new LinkedHashMap<>();
        object.properties().forEach(field -> {
            Object value = value(field.getValue());
            if (value != null) {
                fields.put(field.getKey(), value);
            }
        });
        return Collections.unmodifiableMap(fields);
    }

    private static @Nullable Object value(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return fields(object);
        }
        if (node.isArray()) {
            List<Object> values = new ArrayList<>();
            for (JsonNode each : node) {
                Object value = value(each);
                if (value != null) {
                    values.add(value);
                }
            }
            return List.copyOf(values);
        }
        return node.isTextual() ? node.textValue() : node.isNumber() ? node.numberValue() : bool(node);
    }

    private static @Nullable Boolean bool(JsonNode node) {
        return node.isBoolean() ? node.booleanValue() : null;
    }
}
