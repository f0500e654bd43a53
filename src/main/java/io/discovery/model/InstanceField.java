package io.discovery.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A field of an instance in the words of the API: a member of its v1 JSON, or a tag, which has a name such as {@code
 * tags.az}.
 *
 * @param value plain text, or JSON text
 * @param isJson whether the value is JSON text
 */
public record InstanceField(String name, String value, boolean isJson) {

    public static final String PORT = "port";

    private static final String TAG = "tags.";

    /** The field of a weight. */
    public static final String WEIGHT = ofTag(Weight.TAG);

    /** Returns the name of the field of a tag. */
    public static String ofTag(String key) {
        return TAG + key;
    }

    /** Returns the fields that a host sends, tags by key. */
    public static List<InstanceField> of(InstanceDetails details) {
        List<InstanceField> fields = of(details.port(), details.revision(), details.repo());
        details.tags().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(tag -> fields.add(new InstanceField(ofTag(tag.getKey()), tag.getValue(), true)));
        return List.copyOf(fields);
    }

    /** Returns the fields of a registration, tags by key; a tombstone has none. */
    public static List<InstanceField> of(Registration registration) {
        CheckIn checkIn = registration.checkIn();
        List<InstanceField> fields =
                checkIn == null ? new ArrayList<>() : of(checkIn.port(), checkIn.revision(), checkIn.repo());
        for (Tag tag : registration.tags().list()) {
            fields.add(new InstanceField(ofTag(tag.key()), tag.json(), true));
        }
        return List.copyOf(fields);
    }

    private static List<InstanceField> of(int port, String revision, String repo) {
        List<InstanceField> fields = new ArrayList<>();
        fields.add(new InstanceField(PORT, Integer.toString(port), true));
        fields.add(new InstanceField("revision", revision, false));
        fields.add(new InstanceField("service_repo_name", repo, false));
        return fields;
    }
}
