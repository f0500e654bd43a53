package io.discovery.durability;

import io.discovery.model.InstanceKey;
import java.util.HashMap;
import java.util.Map;

/**
 * A detector of rows that another program removed from a shared backend. It compares complete scans, one after the
 * other. One scan may miss a row that is stored; so a row has vanished when one scan had it and the next two had not.
 * Confined to one thread.
 */
final class DeletedRowDetector {

    /** Digests of the rows of the latest scan. */
    private Map<InstanceKey, Long> present = Map.of();
    /** Digests, as last seen, of the rows that the latest scan lacked. */
    private Map<InstanceKey, Long> missing = Map.of();

    /**
     * Takes in a complete scan.
     *
     * @param rows the digest of each row; must not change any more
     * @return the rows that have vanished, with the digests they had; returned again with each scan until {@link
     *     #settled}
     */
    Map<InstanceKey, Long> after(Map<InstanceKey, Long> rows) {
        Map<InstanceKey, Long> vanished = without(missing, rows);
        missing = new HashMap<>(vanished);
        missing.putAll(without(present, rows));
        present = rows;
        return vanished;
    }

    private static Map<InstanceKey, Long> without(Map<InstanceKey, Long> before, Map<InstanceKey, Long> rows) {
        Map<InstanceKey, Long> lacking = new HashMap<>();
        before.forEach((key, digest) -> {
            if (!rows.containsKey(key)) {
                lacking.put(key, digest);
            }
        });
        return lacking;
    }

    /** Drops a vanished row that needs no more work. */
    void settled(InstanceKey key) {
        missing.remove(key);
    }

    /** Drops the results of earlier scans, because another member scanned meanwhile. */
    void reset() {
        present = Map.of();
        missing = Map.of();
    }
}
