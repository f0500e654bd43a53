package io.discovery.backend.dynamodb;

import io.discovery.registry.StorageBackend.Damage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items that are not valid registrations: their number, and the names of some. They stay in the table until their host
 * registers. Supports one scan at a time; any thread may ask for its result.
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
            reasons.add("the item " + ItemCodec.name(item) + " is not a valid registration: " + odd.getMessage());
        }
    }

    void endOfScan() {
        found = new Damage(count, reasons);
    }

    /** Returns the items that the last complete scan left out. */
    Damage found() {
        return found;
    }
}
