package io.discovery.backend.dynamodb;

import io.discovery.registry.StorageBackend.Damage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items that can be no registrations: counted, and some of them named. They stay in the table until their host registers.
 * Of one scan at a time; what it found may be asked for by any thread.
 */
final class SkippedItems {

    private final List<String> reasons = new ArrayList<>();
    private long count;
    private volatile Damage found = Damage.NONE;

    void startOfScan() {
        count = 0;
        reasons.clear();
    }

    void add(Map<String, AttributeValue> item, ItemCodec.OddItemException odd) {
        count++;
        if (reasons.size() < Damage.MOST_REASONS) {
            reasons.add("the item " + ItemCodec.name(item) + " can be no registration: " + odd.getMessage());
        }
    }

    void endOfScan() {
        found = new Damage(count, reasons);
    }

    /** What the last whole scan left out. */
    Damage found() {
        return found;
    }
}
