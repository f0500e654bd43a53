package io.discovery.durability;

import io.discovery.model.Registration;
import io.discovery.registry.StorageBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The rows of a scan of a backend in batches. If the scan fails in the middle, the rows read before it are used. */
final class ScanBatches {

    private final StorageBackend backend;
    private final Consumer<List<Registration>> taker;
    private List<Registration> rows = new ArrayList<>();

    /** @param taker takes each batch once, in the calling thread; if it throws, the scan ends */
    ScanBatches(StorageBackend backend, Consumer<List<Registration>> taker) {
        this.backend = backend;
        this.taker = taker;
    }

    /** Scans the backend. Blocks; throws what the scan and the taker throw. */
    void run() {
        try {
            backend.scan(this::add);
        } catch (RuntimeException broken) {
            handOnAfter(broken);
            throw broken;
        }
        handOn();
    }

    private void add(Registration row) {
        rows.add(row);
        if (rows.size() == BackendImporter.BATCH) {
            handOn();
        }
    }

    private void handOnAfter(RuntimeException broken) {
        try {
            handOn();
        } catch (RuntimeException oneMore) {
            broken.addSuppressed(oneMore);
        }
    }

    private void handOn() {
        List<Registration> batch = rows;
        rows = new ArrayList<>();
        if (!batch.isEmpty()) {
            taker.accept(batch);
        }
    }
}
