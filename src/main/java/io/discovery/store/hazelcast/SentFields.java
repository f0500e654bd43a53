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
 * The fields of what another member has sent, which may be of the version before or after this one: a field that it does not
 * know reads as if it were empty, and one that only it knows is not asked for.
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

    /** Empty if there is none. */
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

    /** As {@link RegistrationSerializer#writeVersion} has written it. */
    @Nullable
    Version version(String name) {
        Long micros = has(name + "Micros") ? reader.readNullableInt64(name + "Micros") : null;
        return micros == null ? null : new Version(micros, int64(name + "Member"));
    }
}
