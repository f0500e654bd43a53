package io.discovery.audit;

import io.discovery.audit.AuditEvent.Change;
import io.discovery.json.JsonText;
import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import io.discovery.model.Tag;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The difference between two states of a registration, in the words of the API. */
public final class RegistrationChange {

    private RegistrationChange() {}

    /**
     * Returns the fields that differ; all fields of a host that comes or goes; {@link Change#NONE} for a heartbeat that
     * changes nothing, which is not recorded.
     *
     * @param before null if the host was not listed
     * @param after null if it is not listed any more
     */
    public static Change between(@Nullable Registration before, @Nullable Registration after) {
        Map<String, String> left = fields(before);
        Map<String, String> right = fields(after);
        Map<String, String> old = without(left, right);
        Map<String, String> now = without(right, left);
        return old.isEmpty() && now.isEmpty()
                ? Change.NONE
                : new Change(left.isEmpty() ? null : old, right.isEmpty() ? null : now);
    }

    private static Map<String, String> fields(@Nullable Registration registration) {
        Map<String, String> fields = new LinkedHashMap<>();
        CheckIn checkIn = registration == null ? null : registration.checkIn();
        if (registration == null || checkIn == null) {
            return fields;
        }
        fields.put("port", Integer.toString(checkIn.port()));
        fields.put("revision", checkIn.revision());
        fields.put("service_repo_name", checkIn.repo());
        for (Tag tag : registration.tags().list()) {
            fields.put("tags." + tag.key(), JsonText.textOf(tag.json()));
        }
        return fields;
    }

    private static Map<String, String> without(Map<String, String> all, Map<String, String> same) {
        Map<String, String> rest = new LinkedHashMap<>(all);
        rest.entrySet().removeIf(entry -> entry.getValue().equals(same.get(entry.getKey())));
        return rest;
    }
}
