package io.discovery.changes;

import io.discovery.model.IpAddress;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of an instance, as it is told to clients.
 *
 * @param id with the time of the change
 * @param fields those that changed, with their old and new values
 * @param version made by the change; null for one that made none, or whose version is forgotten
 * @param member address of the member that made the version; null if none did, or if it is unknown
 */
record InstanceChange(
        ChangeId id,
        ChangeKind kind,
        ServiceName service,
        IpAddress address,
        int port,
        List<FieldChange> fields,
        @Nullable Version version,
        @Nullable String member) {

    /** Bytes of heap of a change without its texts and fields, with its place in the ring. Measured. */
    private static final int BARE = 220;
    /** Bytes of heap of a field without its texts. */
    private static final int FIELD = 28;
    /** Bytes of heap of a text without its characters. */
    private static final int TEXT = 40;
    /** The last character of those that take a byte each, if a text has no other. */
    private static final char LATIN_1 = 0xff;

    InstanceChange {
        fields = List.copyOf(fields);
    }

    /**
     * Returns the bytes of heap that the change takes, about. Its texts count as its own although registrations share
     * most of them; names of fields alone count without what each text takes, for hosts have these in common.
     */
    int heapBytes() {
        int bytes = BARE + TEXT + characters(service.text());
        for (FieldChange field : fields) {
            bytes += FIELD + characters(field.name()) + value(field.old()) + value(field.now());
        }
        return bytes;
    }

    private static int characters(String text) {
        return text.chars().allMatch(each -> each <= LATIN_1) ? text.length() : 2 * text.length();
    }

    /** Values are JSON in ASCII. */
    private static int value(@Nullable String json) {
        return json == null ? 0 : TEXT + json.length();
    }
}
