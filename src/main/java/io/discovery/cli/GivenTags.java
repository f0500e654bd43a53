package io.discovery.cli;

import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Halves;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import io.discovery.cli.text.Printable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tags of a registration as a user gives them, each once. Confined to one thread. */
final class GivenTags {

    private final Map<String, @Nullable Object> tags = new LinkedHashMap<>();

    /** @throws Failure if it is no {@code NAME=TEXT}, or a tag of that name is there */
    void text(String given) {
        int equals = nameEnd("--tag", given, "NAME=TEXT");
        add(given.substring(0, equals), given.substring(equals + 1));
    }

    /** @throws Failure if it is no {@code NAME=JSON}, or a tag of that name is there */
    void json(String given) {
        int equals = nameEnd("--json-tag", given, "NAME=JSON");
        String name = given.substring(0, equals);
        add(name, parsed(name, given.substring(equals + 1)));
    }

    private static int nameEnd(String option, String given, String expected) {
        int equals = given.indexOf('=');
        if (equals < 1) {
            throw Failure.usage(option + ": given '" + Printable.of(given) + "', expected " + expected
                    + " with a name that is not empty");
        }
        return equals;
    }

    private void add(String name, @Nullable Object value) {
        if (tags.containsKey(name)) {
            throw Failure.usage("the tag " + Printable.of(name) + " is given twice, expected once");
        }
        if (Halves.areIn(name) || Halves.areIn(value)) {
            throw Failure.usage("the tag " + Printable.of(name) + " has half of a character, expected whole ones");
        }
        tags.put(name, value);
    }

    private static @Nullable Object parsed(String name, String text) {
        try {
            return JsonText.parse(text);
        } catch (IOException noJson) {
            throw Failure.usage("--json-tag " + Printable.of(name) + ": given '" + Printable.of(text)
                    + "', expected JSON; a text goes into --tag");
        }
    }

    JsonObject all() {
        return new JsonObject(tags);
    }
}
