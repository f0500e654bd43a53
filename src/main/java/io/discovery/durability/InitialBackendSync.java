package io.discovery.durability;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.StorageBackend;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings together, at the start, what this member's own backend holds and what the registry knows: rows that are news are
 * offered to the cluster, registrations that the backend lacks or has older are written. What both have alike is left
 * alone, so that a healthy restart offers and writes nothing.
 */
public final class InitialBackendSync {

    private final StorageBackend backend;
    private final BackendImporter importer;

    /**
     * What a load did.
     *
     * @param rows read from the backend
     * @param offered of them, news to the registry
     */
    public record Result(int rows, int offered) {}

    public InitialBackendSync(StorageBackend backend, BackendImporter importer) {
        this.backend = backend;
        this.importer = importer;
    }

    /**
     * Reads the whole backend. Blocks; call it when this member's copy has all that the cluster has, and
     * before {@code writeBehind} follows it. Throws what the ports throw; calling it again is safe.
     */
    public Result run(WriteBehind writeBehind) {
        Map<InstanceKey, Long> stored = new HashMap<>();
        int[] offered = {0};
        new ScanBatches(backend, rows -> {
                    rows.forEach(row -> stored.put(row.key(), row.digest()));
                    offered[0] += importer.offer(rows);
                })
                .run();
        writeDifferences(stored, writeBehind);
        return new Result(stored.size(), offered[0]);
    }

    /** For a backend that cannot be read, but perhaps written: all that is known goes there. */
    public void skip(WriteBehind writeBehind) {
        writeDifferences(Map.of(), writeBehind);
    }

    private void writeDifferences(Map<InstanceKey, Long> stored, WriteBehind writeBehind) {
        // Follow first: what changes during the pass is written because it changed.
        writeBehind.follow();
        for (Registration registration : importer.copy().all()) {
            Long digest = stored.get(registration.key());
            if (digest == null || digest != registration.digest()) {
                writeBehind.changed(registration);
            }
        }
    }
}
