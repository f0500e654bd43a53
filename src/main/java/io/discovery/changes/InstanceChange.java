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

    InstanceChange {
        fields = List.copyOf(fields);
    }

    /**
     * Returns the bytes of heap that the change takes, about. Texts count as Latin-1, and as its own although
     * registrations share most of them.
     */
    int heapBytes() {
        int bytes = BARE;
        for (FieldChange field : fields) {
            bytes += FIELD + field.name().length() + length(field.old()) + length(field.now());
        }
        return bytes;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
