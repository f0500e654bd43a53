package io.discovery.backend.dynamodb;

import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What a registration becomes that meets a stored item.
 *
 * @param merged what the item must hold
 * @param isStored whether it does so already
 * @param found what the item had newer than the registration given; null if nothing
 */
record RowMerge(
        Registration merged, boolean isStored, @Nullable Registration found) {

    /** An item that can be no registration, or is past its RETENTION, counts as nothing. */
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
