package io.discovery.durability;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.StorageBackend;
import java.util.HashMap;
import java.util.Map;

/**
 * The exchange between this member's own backend and the registry at the start: it offers new rows to the cluster, and
 * writes registrations that the backend lacks or has in an older state. It leaves alone registrations that both have
 * alike, so that a healthy restart offers and writes nothing.
 */
public final class InitialBackendSync {

    private final StorageBackend backend;
    private final BackendImporter importer;

    /**
     * The result of a load.
     *
     * @param rows number of rows read from the backend
     * @param offered number of these that were news to the registry
     */
    public record Result(int rows, int offered) {}

    public InitialBackendSync(StorageBackend backend, BackendImporter importer) {
        this.backend = backend;
        this.importer = importer;
    }

    /**
     * Reads the whole backend. Blocks; to be called when this member's copy has all registrations of the cluster, and
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

    /** Writes all known registrations, to a backend that cannot be read, but perhaps written. */
    public void skip(WriteBehind writeBehind) {
        writeDifferences(Map.of(), writeBehind);
    }

    /** Writes all known registrations if the backend has not been read: a member that ends may be the last to know them. */
    public void finish(WriteBehind writeBehind) {
        if (!writeBehind.isFollowing()) {
            skip(writeBehind);
        }
    }

    private void writeDifferences(Map<InstanceKey, Long> stored, WriteBehind writeBehind) {
        // Follow first: a registration that changes during the pass is written because of its change.
        writeBehind.follow();
        for (Registration registration : importer.copy().all()) {
            Long digest = stored.get(registration.key());
            if (digest == null || digest != registration.digest()) {
                writeBehind.changed(registration);
            }
        }
    }
}
