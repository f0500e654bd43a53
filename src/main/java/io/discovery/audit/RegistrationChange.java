package io.discovery.audit;

import io.discovery.audit.AuditEvent.Change;
import io.discovery.json.JsonText;
import io.discovery.model.InstanceDetails;
import io.discovery.model.InstanceField;
import io.discovery.model.Registration;
import io.discovery.model.Weight;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a client's request changes, in the words of the API. Only fields that the request names are there:
 * others may change at the same time, by requests of other clients. The state before is the one that the member knew when
 * the request came.
 */
public final class RegistrationChange {

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
        String field = InstanceField.WEIGHT;
        Map<String, String> known = before == null ? new LinkedHashMap<>() : fields(before);
        known.keySet().retainAll(Set.of(field));
        return new Change(known, Map.of(field, Integer.toString(weight.value())));
    }

    /** @param before null if the host was not listed */
    public static Change byRemoving(@Nullable Registration before) {
        return new Change(before == null ? null : fields(before), null);
    }

    private static Map<String, String> fields(InstanceDetails details) {
        return texts(InstanceField.of(details));
    }

    private static Map<String, String> fields(Registration registration) {
        return texts(InstanceField.of(registration));
    }

    private static Map<String, String> texts(List<InstanceField> fields) {
        Map<String, String> texts = new LinkedHashMap<>();
        fields.forEach(
                field -> texts.put(field.name(), field.isJson() ? JsonText.textOf(field.value()) : field.value()));
        return texts;
    }

    private static Map<String, String> without(Map<String, String> all, Map<String, String> same) {
        Map<String, String> rest = new LinkedHashMap<>(all);
        rest.entrySet().removeIf(entry -> entry.getValue().equals(same.get(entry.getKey())));
        return rest;
    }
}
