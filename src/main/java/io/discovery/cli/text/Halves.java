package io.discovery.cli.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Halves of characters: JSON can write one of a pair of surrogates alone, but no UTF-8 can, and the API refuses a whole
 * request that has one.
 */
public final class Halves {

    private Halves() {}

    /** Returns whether a value of JSON has one, in a name or a text. */
    public static boolean areIn(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return object.fields().entrySet().stream()
                    .anyMatch(field -> areIn(field.getKey()) || areIn(field.getValue()));
        }
        if (value instanceof List<?> values) {
            return values.stream().anyMatch(Halves::areIn);
        }
        return value instanceof String text && text.codePoints().anyMatch(Halves::isHalf);
    }

    private static boolean isHalf(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
