package io.discovery.changes;

import io.discovery.json.JsonText;
import io.discovery.model.InstanceField;
import io.discovery.model.StringPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A field that a change changed.
 *
 * @param old JSON text; null if there was no such field
 * @param now JSON text; null if the field is gone
 */
record FieldChange(
        String name, @Nullable String old, @Nullable String now) {

    /** Texts that changes repeat are there once. */
    FieldChange {
        name = StringPool.of(name);
        old = old == null ? null : StringPool.of(old);
        now = now == null ? null : StringPool.of(now);
    }

    /** Compares two states of an instance: fields that are there now in their order, then those that are gone. */
    static List<FieldChange> between(List<InstanceField> before, List<InstanceField> after) {
        Map<String, InstanceField> gone = new HashMap<>();
        before.forEach(field -> gone.put(field.name(), field));
        List<FieldChange> changes = new ArrayList<>();
        for (InstanceField now : after) {
            InstanceField old = gone.remove(now.name());
            if (!now.equals(old)) {
                changes.add(new FieldChange(now.name(), old == null ? null : json(old), json(now)));
            }
        }
        for (InstanceField old : before) {
            if (gone.containsKey(old.name())) {
                changes.add(new FieldChange(old.name(), json(old), null));
            }
        }
        return List.copyOf(changes);
    }

    private static String json(InstanceField field) {
        return field.isJson() ? field.value() : JsonText.quote(field.value());
    }
}
