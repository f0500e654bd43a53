package io.discovery.cli.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object. Its values are String, {@link JsonNumber}, Boolean, JsonObject, List of these, or null. A field that a
 * member of another version does not send reads as empty. Immutable.
 */
public record JsonObject(Map<String, @Nullable Object> fields) {

    public static final JsonObject EMPTY = new JsonObject(Map.of());

    public JsonObject {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** Returns an object with these fields, names and values in turn. */
    public static JsonObject of(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return new JsonObject(fields);
    }

    /** Returns whether the field is there, and not null. */
    public boolean has(String name) {
        return fields.get(name) != null;
    }

    /** Returns a field as text: a string as it is, other values as JSON, and "" for an absent one or null. */
    public String text(String name) {
        return text(fields.get(name));
    }

    /** Returns a value as text, as {@link #text(String)} does. */
    public static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof String text ? text : JsonText.write(value);
    }

    /** Returns a number as a whole one, or the fallback if the field is no whole number. */
    public long number(String name, long fallback) {
        if (!(fields.get(name) instanceof JsonNumber number)) {
            return fallback;
        }
        try {
            return Long.parseLong(number.digits());
        } catch (NumberFormatException fraction) {
            return fallback;
        }
    }

    /** Returns whether the field is {@code true}. */
    public boolean is(String name) {
        return Boolean.TRUE.equals(fields.get(name));
    }

    public JsonObject object(String name) {
        return fields.get(name) instanceof JsonObject object ? object : EMPTY;
    }

    /** Returns the objects of an array. */
    public List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        if (fields.get(name) instanceof List<?> values) {
            values.forEach(value -> {
                if (value instanceof JsonObject object) {
                    objects.add(object);
                }
            });
        }
        return objects;
    }

    /** Returns this object with one field more, or another. */
    public JsonObject with(String name, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new JsonObject(more);
    }
}
