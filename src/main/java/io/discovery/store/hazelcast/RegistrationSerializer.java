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

/**
 * The form in which members send a registration: every register with its version, tags and additions as parallel
 * arrays, null if there are none. Data that a later version adds to a registration is an addition, not a field here:
 * this version would lose the field with its next change.
 */
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
        writeTags(writer, "tag", registration.tags().list());
        writeTags(writer, "addition", registration.additions().list());
    }

    private static void writeTags(CompactWriter writer, String name, List<Tag> tags) {
        boolean none = tags.isEmpty();
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
        writer.writeArrayOfString(name + "Keys", none ? null : keys);
        writer.writeArrayOfString(name + "Values", none ? null : values);
        writer.writeArrayOfInt64(name + "Micros", none ? null : micros);
        writer.writeArrayOfInt64(name + "Members", none ? null : members);
    }

    @Override
    public Registration read(CompactReader reader) {
        SentFields fields = new SentFields(reader);
        Version checkedIn = fields.version("checkIn");
        CheckIn checkIn = checkedIn == null
                ? null
                : new CheckIn(
                        checkedIn,
                        fields.int32("port"),
                        fields.text("revision"),
                        fields.text("repo"),
                        fields.int64("grace"));
        return new Registration(
                readKey(fields),
                checkIn,
                readTags(fields, "tag", checkedIn),
                fields.version("deregistration"),
                readTags(fields, "addition", checkedIn));
    }

    /**
     * Reads tags.
     *
     * @param checkedIn version of the check-in, which most tags share
     */
    private static Tags readTags(SentFields fields, String name, @Nullable Version checkedIn) {
        @Nullable String[] keys = fields.texts(name + "Keys");
        if (keys.length == 0) {
            return Tags.NONE;
        }
        @Nullable String[] values = fields.texts(name + "Values");
        long[] micros = fields.numbers(name + "Micros");
        long[] members = fields.numbers(name + "Members");
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

    /** Reads a key; throws without a service and an address, because the registration has no meaning then. */
    static InstanceKey readKey(SentFields fields) {
        return new InstanceKey(
                new ServiceName(fields.text("service")),
                new IpAddress(fields.text("address")),
                fields.int32("keyPort"));
    }

    static void writeVersion(CompactWriter writer, String name, @Nullable Version version) {
        writer.writeNullableInt64(name + "Micros", version == null ? null : version.micros());
        writer.writeInt64(name + "Member", version == null ? 0 : version.member());
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
