package io.discovery.backend.dynamodb;

import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The merge of a registration and a stored item.
 *
 * @param merged the registration that the item must hold
 * @param isStored whether it does so already
 * @param found the item's registration if it had anything newer than the given one; null if not
 */
record RowMerge(
        Registration merged, boolean isStored, @Nullable Registration found) {

    /** Merges; an item that is not a valid registration, or is past its RETENTION, counts as absent. */
    static RowMerge of(Registration given, Map<String, AttributeValue> item, ItemCodec codec, Retention retention) {
        Registration stored = read(item, codec);
        Registration beside = retention.beside(given, stored);
        Registration merged = given.mergedInto(beside);
        return new RowMerge(merged, merged.equals(stored), merged.equals(given) ? null : beside);
    }

    private static @Nullable Registration read(Map<String, AttributeValue> item, ItemCodec codec) {
        try {
            return codec.decode(item);
        } catch (ItemCodec.OddItemException odd) {
            return null;
        }
    }
}
