package io.discovery.backend.file;

import io.discovery.registry.StorageBackend.Damage;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The damaged rows, each until it is replaced or removed. Thread-safe. */
final class DamagedRows {

    private final Map<RowKey, String> reasons = new LinkedHashMap<>();

    synchronized void clear() {
        reasons.clear();
    }

    synchronized void add(RowKey key, String reason) {
        reasons.put(key, reason);
    }

    synchronized void remove(Collection<RowKey> keys) {
        reasons.keySet().removeAll(keys);
    }

    synchronized Damage damage() {
        return new Damage(
                reasons.size(),
                reasons.values().stream().limit(Damage.MOST_REASONS).toList());
    }
}
