package io.discovery.cli.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The paths of the API with their parameters, encoded. */
public final class ApiPath {

    private ApiPath() {}

    /** Returns a path of these segments, each of which may hold any text. */
    public static String of(String prefix, String... segments) {
        StringBuilder path = new StringBuilder(prefix);
        for (String segment : segments) {
            path.append('/').append(encode(segment));
        }
        return path.toString();
    }

    /** Returns the path with a parameter more, unless there is no value. An empty one is a value, which members refuse. */
    public static String with(String path, String name, @Nullable String value) {
        if (value == null) {
            return path;
        }
        return path + (path.contains("?") ? "&" : "?") + encode(name) + "=" + encode(value);
    }

    /** Returns a form of these fields, names and values in turn. */
    public static String form(String... namesAndValues) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(encode(namesAndValues[i]) + "=" + encode(namesAndValues[i + 1]));
        }
        return String.join("&", fields);
    }

    private static String encode(String text) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
        // A client or a proxy would take the names "." and ".." for steps.
        return encoded.equals(".") || encoded.equals("..") ? encoded.replace(".", "%2E") : encoded;
    }
}
