package io.discovery.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * The size of a JSON text, counted without building a tree: a tree takes about 104 bytes for {@code []}, fifty times
 * its text. Objects, arrays, strings, numbers, booleans and nulls count as values, keys do not.
 *
 * @param isArray whether the text as a whole is an array
 * @param elements of that array
 * @param values all values, the outermost included
 * @param mostInElement number of values in the largest element, itself included
 */
public record JsonShape(boolean isArray, int elements, int values, int mostInElement) {

    /** Counts a text; returns empty if it is not valid JSON, exactly when {@link JsonText#parse} does. */
    public static Optional<JsonShape> of(String text) {
        try (JsonParser tokens = JsonText.tokens(text)) {
            JsonToken first = tokens.nextToken();
            return first == null ? Optional.empty() : Optional.of(count(first, tokens));
        } catch (IOException | NumberFormatException noJson) {
            return Optional.empty();
        }
    }

    private static JsonShape count(JsonToken first, JsonParser tokens) throws IOException {
        boolean isArray = first == JsonToken.START_ARRAY;
        int elements = 0;
        int values = 0;
        int before = 0;
        int most = 0;
        int depth = 0;
        JsonToken token = first;
        do {
            if (token.isStructEnd()) {
                depth--;
            } else if (token != JsonToken.FIELD_NAME) {
                if (isArray && depth == 1) {
                    elements++;
                    before = values;
                }
                values++;
                depth += token.isStructStart() ? 1 : 0;
                if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                    // The parser detects an exponent of twenty digits only here.
                    tokens.getDecimalValue();
                }
            }
            most = elements == 0 ? 0 : Math.max(most, values - before);
            token = tokens.nextToken();
        } while (token != null && depth > 0);
        if (token != null) {
            throw new IOException("more than one value");
        }
        return new JsonShape(isArray, elements, values, most);
    }
}
