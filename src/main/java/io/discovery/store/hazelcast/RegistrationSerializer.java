package io.discovery.store.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A registration between members: every register with its version, tags as parallel arrays. */
final class RegistrationSerializer implements CompactSerializer<Registration> {

    @Override
    public void write(CompactWriter writer, Registration registration) {
        writeKey(writer, registration.key());
        CheckIn checkIn = registration.checkIn();
        writeVersion(writer, "checkIn", checkIn == null ? null : checkIn.version());
        writer.writeInt32("port", checkIn == null ? 0 : checkIn.port());
        writer.writeString("revision", checkIn == null ? null : checkIn.revision());
        writer.writeString("repo", checkIn == null ? null : checkIn.repo());
        writer.writeInt64("grace", checkIn == null ? 0 : checkIn.graceMicros());
        writeVersion(writer, "deregistration", registration.deregistration());
        writeTags(writer, registration.tags().list());
    }

    private static void writeTags(CompactWriter writer, List<Tag> tags) {
        String[] keys = new String[tags.size()];
        String[] values = new String[tags.size()];
        long[] micros = new long[tags.size()];
        long[] members = new long[tags.size()];
        for (int i = 0; i < keys.length; i++) {
            Tag tag = tags.get(i);
            keys[i] = tag.key();
            values[i] = tag.json();
            micros[i] = tag.version().micros();
            members[i] = tag.version().member();
        }
        writer.writeArrayOfString("tagKeys", keys);
        writer.writeArrayOfString("tagValues", values);
        writer.writeArrayOfInt64("tagMicros", micros);
        writer.writeArrayOfInt64("tagMembers", members);
    }

    @Override
    public Registration read(CompactReader reader) {
        Version checkedIn = readVersion(reader, "checkIn");
        CheckIn checkIn = checkedIn == null
                ? null
                : new CheckIn(
                        checkedIn,
                        reader.readInt32("port"),
                        text(reader, "revision"),
                        text(reader, "repo"),
                        reader.readInt64("grace"));
        Tags tags = readTags(reader, checkedIn);
        return new Registration(readKey(reader), checkIn, tags, readVersion(reader, "deregistration"));
    }

    /** @param checkedIn as a rule the version of most of them */
    private static Tags readTags(CompactReader reader, @Nullable Version checkedIn) {
        String[] keys = Objects.requireNonNull(reader.readArrayOfString("tagKeys"));
        String[] values = Objects.requireNonNull(reader.readArrayOfString("tagValues"));
        long[] micros = Objects.requireNonNull(reader.readArrayOfInt64("tagMicros"));
        long[] members = Objects.requireNonNull(reader.readArrayOfInt64("tagMembers"));
        Tag[] tags = new Tag[keys.length];
        for (int i = 0; i < keys.length; i++) {
            Version version = new Version(micros[i], members[i]);
            tags[i] = new Tag(
                    Objects.requireNonNull(keys[i]),
                    Objects.requireNonNull(values[i]),
                    checkedIn != null && checkedIn.equals(version) ? checkedIn : version);
        }
        return new Tags(List.of(tags));
    }

    static void writeKey(CompactWriter writer, InstanceKey key) {
        writer.writeString("service", key.service().text());
        writer.writeString("address", key.address().text());
        writer.writeInt32("keyPort", key.port());
    }

    static InstanceKey readKey(CompactReader reader) {
        return new InstanceKey(
                new ServiceName(text(reader, "service")),
                new IpAddress(text(reader, "address")),
                reader.readInt32("keyPort"));
    }

    static void writeVersion(CompactWriter writer, String name, @Nullable Version version) {
        writer.writeNullableInt64(name + "Micros", version == null ? null : version.micros());
        writer.writeInt64(name + "Member", version == null ? 0 : version.member());
    }

    static @Nullable Version readVersion(CompactReader reader, String name) {
        Long micros = reader.readNullableInt64(name + "Micros");
        return micros == null ? null : new Version(micros, reader.readInt64(name + "Member"));
    }

    static String text(CompactReader reader, String name) {
        return Objects.requireNonNull(reader.readString(name), name);
    }

    @Override
    public Class<Registration> getCompactClass() {
        return Registration.class;
    }

    @Override
    public String getTypeName() {
        return "registration";
    }
}
