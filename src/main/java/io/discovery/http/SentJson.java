package io.discovery.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonShape;
import io.discovery.json.JsonText;
import io.discovery.model.Limits;
import io.discovery.model.RegistryException.InvalidParameter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * JSON from a client. It becomes a tree only after its values have been counted: a tree takes fifty times its text, if that is
 * nothing but brackets. How deep it may be {@link JsonText} says.
 */
final class SentJson {

    /** In a tree: a few megabytes. Two characters make a value, so that more do not fit {@link Limits#REGISTRATION}. */
    static final int MOST_VALUES = 10_000;

    private SentJson() {}

    /**
     * Parses what was sent as a field; empty if it is no JSON.
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
     * Reads each registration of an array, the tree of one at a time, once all of it is known to be JSON.
     *
     * @throws InvalidParameter if it is no array, has more elements than {@code most}, or one of more than {@link #MOST_VALUES}
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
