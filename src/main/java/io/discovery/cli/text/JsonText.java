package io.discovery.cli.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** JSON on one line, in ASCII: a terminal finds no commands in it. Lists are read one element at a time. */
public final class JsonText {

    private static final int DEEPEST_NESTING = 200;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST_NESTING)
                    .build())
            .build();

    private JsonText() {}

    /** Writes a value of the kinds that {@link JsonObject} has. */
    public static String write(@Nullable Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.setPrettyPrinter(new OneLine());
            write(json, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof JsonObject object) {
            json.writeStartObject();
            for (Map.Entry<String, @Nullable Object> field : object.fields().entrySet()) {
                json.writeFieldName(field.getKey());
                write(json, field.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> values) {
            json.writeStartArray();
            for (Object each : values) {
                write(json, each);
            }
            json.writeEndArray();
        } else if (value instanceof JsonNumber number) {
            json.writeNumber(number.digits());
        } else if (value instanceof Boolean truth) {
            json.writeBoolean(truth);
        } else if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value.toString());
        }
    }

    /**
     * Parses a text that holds one value and nothing else.
     *
     * @throws IOException if it does not
     */
    public static @Nullable Object parse(String text) throws IOException {
        try (JsonParser json = FACTORY.createParser(text)) {
            return only(json);
        }
    }

    /**
     * Parses a text that holds one object and nothing else.
     *
     * @throws IOException if it does not
     */
    public static JsonObject object(InputStream text) throws IOException {
        try (JsonParser json = FACTORY.createParser(text)) {
            if (only(json) instanceof JsonObject object) {
                return object;
            }
            throw new IOException("it is no JSON object");
        }
    }

    private static @Nullable Object only(JsonParser json) throws IOException {
        if (json.nextToken() == null) {
            throw new IOException("it is empty");
        }
        Object value = value(json);
        if (json.nextToken() != null) {
            throw new IOException("more follows the JSON");
        }
        return value;
    }

    /**
     * Reads an object one of whose arrays may be long: its elements go to {@code each}, one by one.
     *
     * @return the other fields
     * @throws IOException if the text is no such object
     */
    public static JsonObject elements(InputStream text, String array, Consumer<JsonObject> each) throws IOException {
        try (JsonParser json = FACTORY.createParser(text)) {
            Map<String, @Nullable Object> others = new LinkedHashMap<>();
            boolean isThere = false;
            require(json.nextToken() == JsonToken.START_OBJECT, "it is no JSON object");
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken token = json.nextToken();
                if (name.equals(array) && token == JsonToken.START_ARRAY) {
                    isThere = true;
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        each.accept(readObject(json));
                    }
                    require(json.currentToken() == JsonToken.END_ARRAY, array + " holds something else than objects");
                } else {
                    others.put(name, value(json));
                }
            }
            require(json.currentToken() == JsonToken.END_OBJECT, "it ends too soon");
            require(isThere, "it has no array \"" + array + "\"");
            return new JsonObject(others);
        }
    }

    private static void require(boolean holds, String otherwise) throws IOException {
        if (!holds) {
            throw new IOException(otherwise);
        }
    }

    private static @Nullable Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> readObject(json);
            case START_ARRAY -> {
                List<@Nullable Object> values = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(json));
                }
                yield values;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(json.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_STRING -> json.getText();
            default -> throw new IOException("a value is missing");
        };
    }

    private static JsonObject readObject(JsonParser json) throws IOException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            fields.put(name, value(json));
        }
        return new JsonObject(fields);
    }
}
