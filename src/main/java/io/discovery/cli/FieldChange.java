package io.discovery.cli;

import io.discovery.cli.text.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A change of one field of a host, as {@code /v1/changes} tells it.
 *
 * @param name {@code revision}, or {@code tags.az}
 */
record FieldChange(
        String name, @Nullable Object old, @Nullable Object now) {

    private static final List<String> DETAILS = List.of("port", "revision", "service_repo_name");

    /** Returns what a registration changes of a host: its details, and the tags that it names. */
    static List<FieldChange> between(JsonObject host, JsonObject registration) {
        List<FieldChange> changes = new ArrayList<>();
        for (String detail : DETAILS) {
            if (!host.text(detail).equals(registration.text(detail))) {
                changes.add(new FieldChange(
                        detail, host.fields().get(detail), registration.fields().get(detail)));
            }
        }
        Map<String, @Nullable Object> before = host.object("tags").fields();
        registration.object("tags").fields().forEach((tag, value) -> {
            if (!before.containsKey(tag) || !Objects.equals(before.get(tag), value)) {
                changes.add(new FieldChange("tags." + tag, before.get(tag), value));
            }
        });
        return changes;
    }

    /** Reads the fields of a change that a member tells. */
    static List<FieldChange> of(JsonObject change) {
        return change.objects("fields").stream()
                .map(field -> new FieldChange(
                        field.text("name"),
                        field.fields().get("old"),
                        field.fields().get("new")))
                .toList();
    }

    /** Returns changes for people, on one line. */
    static String text(List<FieldChange> changes) {
        return changes.stream().map(FieldChange::toString).collect(Collectors.joining(", "));
    }

    JsonObject object() {
        return JsonObject.of("name", name, "old", old, "new", now);
    }

    @Override
    public String toString() {
        return name + " " + shown(old) + " -> " + shown(now);
    }

    private static String shown(@Nullable Object value) {
        if (value == null) {
            return "-";
        }
        return value.equals("") ? "\"\"" : JsonObject.text(value);
    }
}
