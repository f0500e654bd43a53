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
import java.util.ArrayList;
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
        List<Tag> tags = registration.tags().list();
        writer.writeArrayOfString("tagKeys", tags.stream().map(Tag::key).toArray(String[]::new));
        writer.writeArrayOfString("tagValues", tags.stream().map(Tag::json).toArray(String[]::new));
        writer.writeArrayOfInt64(
                "tagMicros",
                tags.stream().mapToLong(tag -> tag.version().micros()).toArray());
        writer.writeArrayOfInt64(
                "tagMembers",
                tags.stream().mapToLong(tag -> tag.version().member()).toArray());
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
        String[] keys = Objects.requireNonNull(reader.readArrayOfString("tagKeys"));
        String[] values = Objects.requireNonNull(reader.readArrayOfString("tagValues"));
        long[] micros = Objects.requireNonNull(reader.readArrayOfInt64("tagMicros"));
        long[] members = Objects.requireNonNull(reader.readArrayOfInt64("tagMembers"));
        List<Tag> tags = new ArrayList<>(keys.length);
        for (int i = 0; i < keys.length; i++) {
            tags.add(new Tag(keys[i], values[i], new Version(micros[i], members[i])));
        }
        return new Registration(readKey(reader), checkIn, new Tags(tags), readVersion(reader, "deregistration"));
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
