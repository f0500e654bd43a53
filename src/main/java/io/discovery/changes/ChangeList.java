package io.discovery.changes;

import io.discovery.json.UtcTime;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/** The answer to a client that asks for changes: the newest first, as many as it wants and as fit. */
final class ChangeList {

    /** Bytes after which a list ends: a change may have many fields, and be as large as a registration. */
    private static final int ENOUGH = 1 << 20;

    private static final Comparator<RecordedChange> NEWEST_FIRST = Comparator.<RecordedChange, ChangeId>comparing(
                    recorded -> recorded.change().id())
            .reversed();

    private ChangeList() {}

    /** @param knownSince empty if the member does not know all changes of any time */
    static byte[] render(ChangeRing ring, ChangeQuery query, OptionalLong knownSince) {
        List<RecordedChange> found = ring.read(query::includes);
        // Almost in order, which sorting makes use of.
        Collections.reverse(found);
        found.sort(NEWEST_FIRST);
        StringBuilder changes = new StringBuilder();
        int taken = 0;
        while (taken < found.size() && taken < query.limit() && changes.length() < ENOUGH) {
            changes.append(taken == 0 ? "" : ", ").append(ChangeJson.of(found.get(taken)));
            taken++;
        }
        return ("{\"known_since\": " + time(knownSince) + ", \"more\": " + (taken < found.size()) + ", \"changes\": ["
                        + changes + "]}\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns a time as JSON text. */
    static String time(OptionalLong micros) {
        return micros.isEmpty() ? "null" : '"' + UtcTime.of(micros.getAsLong()) + '"';
    }
}
