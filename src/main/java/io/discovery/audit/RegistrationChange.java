package io.discovery.audit;

import io.discovery.audit.AuditEvent.Change;
import io.discovery.json.JsonText;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceDetails;
import io.discovery.model.Registration;
import io.discovery.model.Tag;
import io.discovery.model.Weight;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a client's request changes, in the words of the API. Only fields that the request names are there:
 * others may change at the same time, by requests of other clients. The state before is the one that the member knew when
 * the request came.
 */
public final class RegistrationChange {

    private static final String TAG = "tags.";

    private RegistrationChange() {}

    /**
     * Returns the change by a registration; {@link Change#NONE} for a heartbeat that says nothing new.
     *
     * @param before null if the host was not listed
     */
    public static Change byRegistering(@Nullable Registration before, InstanceDetails details) {
        Map<String, String> wanted = fields(details);
        if (before == null) {
            return new Change(null, wanted);
        }
        Map<String, String> known = fields(before);
        known.keySet().retainAll(wanted.keySet());
        Map<String, String> old = without(known, wanted);
        Map<String, String> now = without(wanted, known);
        return old.isEmpty() && now.isEmpty() ? Change.NONE : new Change(old, now);
    }

    /** @param before null if the host was not listed */
    public static Change byWeighing(@Nullable Registration before, Weight weight) {
        String field = TAG + Weight.TAG;
        Map<String, String> known = before == null ? new LinkedHashMap<>() : fields(before);
        known.keySet().retainAll(Set.of(field));
        return new Change(known, Map.of(field, Integer.toString(weight.value())));
    }

    /** @param before null if the host was not listed */
    public static Change byRemoving(@Nullable Registration before) {
        return new Change(before == null ? null : fields(before), null);
    }

    private static Map<String, String> fields(InstanceDetails details) {
        Map<String, String> fields = fields(details.port(), details.revision(), details.repo());
        details.tags().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(tag -> fields.put(TAG + tag.getKey(), JsonText.textOf(tag.getValue())));
        return fields;
    }

    private static Map<String, String> fields(Registration registration) {
        CheckIn checkIn = registration.checkIn();
        Map<String, String> fields =
                checkIn == null ? new LinkedHashMap<>() : fields(checkIn.port(), checkIn.revision(), checkIn.repo());
        for (Tag tag : registration.tags().list()) {
            fields.put(TAG + tag.key(), JsonText.textOf(tag.json()));
        }
        return fields;
    }

    private static Map<String, String> fields(int port, String revision, String repo) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("port", Integer.toString(port));
        fields.put("revision", revision);
        fields.put("service_repo_name", repo);
        return fields;
    }

    private static Map<String, String> without(Map<String, String> all, Map<String, String> same) {
        Map<String, String> rest = new LinkedHashMap<>(all);
        rest.entrySet().removeIf(entry -> entry.getValue().equals(same.get(entry.getKey())));
        return rest;
    }
}
