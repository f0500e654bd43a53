package io.discovery.http;

import io.discovery.model.RegistryException.InvalidParameter;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a request's query, decoded, in their order. A field without an equals sign has an empty value. */
public record RequestQuery(List<Field> fields) {

    /** A field. */
    public record Field(String name, String value) {}

    public RequestQuery {
        fields = List.copyOf(fields);
    }

    /** @throws InvalidParameter if it is not percent-encoded UTF-8 */
    public static RequestQuery of(HttpServerRequest request) {
        return of(request.query());
    }

    /** @throws InvalidParameter if it is not percent-encoded UTF-8 */
    static RequestQuery of(@Nullable String query) {
        List<Field> fields = new ArrayList<>();
        for (String each : query == null ? new String[0] : query.split("&", -1)) {
            int end = each.indexOf('=');
            String name = end < 0 ? each : each.substring(0, end);
            fields.add(new Field(decoded(name), decoded(end < 0 ? "" : each.substring(end + 1))));
        }
        return new RequestQuery(fields);
    }

    private static String decoded(String text) {
        String decoded = RequestPath.decode(text);
        if (decoded == null) {
            throw new InvalidParameter("query", text, "percent-encoded UTF-8");
        }
        return decoded;
    }

    /** Returns the first value of a field; null if it is absent. */
    public @Nullable String first(String name) {
        return all(name).stream().findFirst().orElse(null);
    }

    /** Returns all values of a field. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .toList();
    }
}
