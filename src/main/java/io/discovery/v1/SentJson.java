package io.discovery.v1;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonShape;
import io.discovery.json.JsonText;
import io.discovery.model.Limits;
import io.discovery.model.RegistryException.InvalidParameter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A parser of JSON from clients. It counts the values before it makes a tree, which can take fifty times the memory of
 * its text, if that consists of brackets. {@link JsonText} limits the depth.
 */
final class SentJson {

    /**
     * Maximum values of a tree: a few megabytes. A value has two characters, so more do not fit {@link
     * Limits#REGISTRATION}.
     */
    static final int MOST_VALUES = 10_000;

    private SentJson() {}

    /**
     * Parses the text of a field; returns empty if it is not JSON.
     *
     * @throws InvalidParameter if it has more than {@link #MOST_VALUES}
     */
    static Optional<JsonNode> parse(String field, String text) {
        if (text.length() < 2 * MOST_VALUES) {
            return JsonText.parse(text);
        }
        Optional<JsonShape> shape = JsonShape.of(text);
        if (shape.isPresent() && shape.get().values() > MOST_VALUES) {
            throw new InvalidParameter(field, shape.get().values() + " JSON values", "at most " + MOST_VALUES);
        }
        return shape.isEmpty() ? Optional.empty() : JsonText.parse(text);
    }

    /**
     * Reads each registration of an array, the tree of one at a time, after checking that all of the array is JSON.
     *
     * @throws InvalidParameter if it is not an array, has more elements than {@code most}, or one with more than {@link
     *     #MOST_VALUES}
     */
    static <T> List<T> registrations(String body, int most, Function<JsonNode, T> read) {
        JsonShape shape = JsonShape.of(body).filter(JsonShape::isArray).orElseThrow(() -> noArray(body));
        if (shape.elements() > most) {
            throw new InvalidParameter("body", shape.elements() + " registrations", "at most " + most);
        }
        if (shape.mostInElement() > MOST_VALUES) {
            throw new InvalidParameter(
                    "body",
                    shape.mostInElement() + " JSON values in a registration",
                    "at most " + MOST_VALUES + " in each");
        }
        return JsonText.elements(body, read).orElseThrow(() -> noArray(body));
    }

    private static InvalidParameter noArray(String body) {
        return new InvalidParameter("body", body, "a JSON array of registrations");
    }
}
