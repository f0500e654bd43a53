package io.discovery.backend.dynamodb;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.discovery.json.JsonText;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Codec of tags as one text: written like Python's {@code json.dumps}, read with the leniency of
 * {@code json.loads(strict=False)} (seed: app/models/host.py). Strings may contain control characters, and the last of
 * two equal keys counts; NaN and Infinity, which a response cannot have, become null.
 */
final class TagsText {

    /** More than a number has as it is written that a client may send: that one may have 1,000 digits. */
    private static final int LONGEST_NUMBER = 2_000;

    private static final ObjectMapper PYTHON = JsonMapper.builder(new JsonFactoryBuilder()
                    .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            // Numbers keep the digits that were sent, as in clients' tags.
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TagsText() {}

    static String write(Tags tags) {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        for (Tag tag : tags.list()) {
            text.add(JsonText.quote(tag.key()) + ": " + tag.json());
        }
        return text.toString();
    }

    /** Returns each value as JSON in the form it is served in, by key; none if the text is not a JSON object. */
    static Map<String, String> read(@Nullable String text) {
        Map<String, String> values = new LinkedHashMap<>();
        if (text != null) {
            try {
                JsonNode tags = PYTHON.readTree(text);
                if (tags.isObject()) {
                    tags.properties().forEach(tag -> values.put(tag.getKey(), JsonText.write(finite(tag.getValue()))));
                }
            } catch (JsonProcessingException noJson) {
                return Map.of();
            }
        }
        return values;
    }

    private static JsonNode finite(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(finite(field.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, finite(array.get(i)));
            }
        }
        boolean notFinite = node.isNumber() && node.isDouble() && !Double.isFinite(node.doubleValue());
        return notFinite ? NullNode.getInstance() : node;
    }
}
