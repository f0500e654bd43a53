package io.discovery.store.hazelcast;

import com.hazelcast.nio.serialization.FieldKind;
import com.hazelcast.nio.serialization.compact.CompactReader;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an object that another member has sent, whose version may be the one before or after this one: a field
 * that the other does not know reads as if it were empty, and a field that only the other knows is not asked for.
 */
record SentFields(CompactReader reader) {

    private static final String[] NO_TEXTS = {};
    private static final long[] NO_NUMBERS = {};

    private boolean has(String name) {
        return reader.getFieldKind(name) != FieldKind.NOT_AVAILABLE;
    }

    int int32(String name) {
        return has(name) ? reader.readInt32(name) : 0;
    }

    long int64(String name) {
        return int64(name, 0);
    }

    long int64(String name, long absent) {
        return has(name) ? reader.readInt64(name) : absent;
    }

    /** Returns a text; empty if there is none. */
    String text(String name) {
        String text = has(name) ? reader.readString(name) : null;
        return text == null ? "" : text;
    }

    @Nullable
    String[] texts(String name) {
        @Nullable String[] texts = has(name) ? reader.readArrayOfString(name) : null;
        return texts == null ? NO_TEXTS : texts;
    }

    long[] numbers(String name) {
        long[] numbers = has(name) ? reader.readArrayOfInt64(name) : null;
        return numbers == null ? NO_NUMBERS : numbers;
    }

    @Nullable
    Registration registration(String name) {
        return has(name) ? reader.readCompact(name) : null;
    }

    List<Registration> registrations(String name) {
        @Nullable Registration[] sent = has(name) ? reader.readArrayOfCompact(name, Registration.class) : null;
        return sent == null
                ? List.of()
                : Stream.of(sent).filter(Objects::nonNull).toList();
    }

    /** Returns a version that {@link RegistrationSerializer#writeVersion} has written. */
    @Nullable
    Version version(String name) {
        Long micros = has(name + "Micros") ? reader.readNullableInt64(name + "Micros") : null;
        return micros == null ? null : new Version(micros, int64(name + "Member"));
    }
}
