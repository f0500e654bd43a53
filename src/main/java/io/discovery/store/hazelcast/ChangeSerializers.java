package io.discovery.store.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The forms in which the member that a client asked and the owner of a key send each other changes, copies and
 * outcomes.
 */
final class ChangeSerializers {

    private ChangeSerializers() {}

    static List<CompactSerializer<?>> all() {
        return List.of(
                new OfApplyChange(),
                new OfMergeCopy(),
                new OfApplied(),
                new OfStale(),
                new OfTooLarge(),
                new OfAhead(),
                new OfAbsent());
    }

    /** Writes the trace of a change: nearly always none, which takes a byte. It is no part of what is stored. */
    private static void writeTrace(CompactWriter writer, String trace) {
        writer.writeString("trace", trace.isEmpty() ? null : trace);
    }

    /** The form of a change, with its kind: 1 register, 2 set weight, 3 deregister. */
    private static final class OfApplyChange implements CompactSerializer<ApplyChange> {

        @Override
        public void write(CompactWriter writer, ApplyChange processor) {
            Change change = processor.change();
            RegistrationSerializer.writeKey(writer, change.key());
            RegistrationSerializer.writeVersion(writer, "version", change.version());
            writer.writeInt64("entryTtl", processor.ttlSeconds());
            writeTrace(writer, processor.trace());
            if (change instanceof Change.Register register) {
                write(
                        writer,
                        1,
                        register.lease(),
                        register.port(),
                        register.revision(),
                        register.repo(),
                        register.tags());
            } else if (change instanceof Change.SetWeight set) {
                write(writer, 2, set.lease(), set.weight().value(), null, null, Map.of());
            } else if (change instanceof Change.Deregister deregister) {
                write(writer, 3, deregister.lease(), 0, null, null, Map.of());
            }
        }

        private static void write(
                CompactWriter writer,
                int kind,
                Lease lease,
                int number,
                @Nullable String revision,
                @Nullable String repo,
                Map<String, String> tags) {
            writer.writeInt32("kind", kind);
            writer.writeInt64("lease", lease.ttlMicros());
            writer.writeInt64("overtime", lease.overtimeMicros());
            writer.writeInt32("number", number);
            writer.writeString("revision", revision);
            writer.writeString("repo", repo);
            writer.writeArrayOfString("tagKeys", tags.keySet().toArray(String[]::new));
            writer.writeArrayOfString("tagValues", tags.values().toArray(String[]::new));
        }

        @Override
        public ApplyChange read(CompactReader reader) {
            SentFields fields = new SentFields(reader);
            return ApplyChange.received(readChange(fields), fields.int64("entryTtl"), fields.text("trace"));
        }

        private static Change readChange(SentFields fields) {
            InstanceKey key = RegistrationSerializer.readKey(fields);
            Version version = Objects.requireNonNull(fields.version("version"), "a change without a version");
            Lease lease = new Lease(fields.int64("lease"), fields.int64("overtime"));
            int kind = fields.int32("kind");
            int number = fields.int32("number");
            return switch (kind) {
                case 1 ->
                    new Change.Register(
                            key,
                            version,
                            number,
                            fields.text("revision"),
                            fields.text("repo"),
                            readTags(fields),
                            lease);
                case 2 -> new Change.SetWeight(key, version, new Weight(number), lease);
                case 3 -> new Change.Deregister(key, version, lease);
                default -> throw new IllegalStateException("a change of unknown kind " + kind);
            };
        }

        private static Map<String, String> readTags(SentFields fields) {
            @Nullable String[] keys = fields.texts("tagKeys");
            @Nullable String[] values = fields.texts("tagValues");
            Map<String, String> tags = new HashMap<>();
            for (int i = 0; i < keys.length; i++) {
                tags.put(Objects.requireNonNull(keys[i]), Objects.requireNonNull(values[i]));
            }
            return tags;
        }

        @Override
        public Class<ApplyChange> getCompactClass() {
            return ApplyChange.class;
        }

        @Override
        public String getTypeName() {
            return "change";
        }
    }

    @SuppressWarnings("rawtypes") // a class literal has no type argument
    private static final class OfMergeCopy implements CompactSerializer<MergeCopy> {

        @Override
        public void write(CompactWriter writer, MergeCopy processor) {
            writer.writeCompact("copy", processor.copy());
            writer.writeInt64("entryTtl", processor.ttlSeconds());
            writer.writeInt64("limit", processor.limitMicros());
            writer.writeInt32("offered", processor.isOffered() ? 1 : 0);
            writeTrace(writer, processor.trace());
        }

        @Override
        public MergeCopy read(CompactReader reader) {
            SentFields fields = new SentFields(reader);
            Registration copy = Objects.requireNonNull(fields.registration("copy"), "a copy without a registration");
            long limit = fields.int64("limit", Long.MAX_VALUE);
            return new MergeCopy<>(
                    copy, fields.int64("entryTtl"), limit, fields.int32("offered") == 1, fields.text("trace"));
        }

        @Override
        public Class<MergeCopy> getCompactClass() {
            return MergeCopy.class;
        }

        @Override
        public String getTypeName() {
            return "copy";
        }
    }

    private static final class OfApplied implements CompactSerializer<Outcome.Applied> {

        @Override
        public void write(CompactWriter writer, Outcome.Applied applied) {
            writer.writeCompact("registration", applied.registration());
        }

        @Override
        public Outcome.Applied read(CompactReader reader) {
            return new Outcome.Applied(Objects.requireNonNull(
                    new SentFields(reader).registration("registration"), "an outcome without a registration"));
        }

        @Override
        public Class<Outcome.Applied> getCompactClass() {
            return Outcome.Applied.class;
        }

        @Override
        public String getTypeName() {
            return "applied";
        }
    }

    private static final class OfStale implements CompactSerializer<Outcome.Stale> {

        @Override
        public void write(CompactWriter writer, Outcome.Stale stale) {
            RegistrationSerializer.writeVersion(writer, "stored", stale.stored());
        }

        @Override
        public Outcome.Stale read(CompactReader reader) {
            return new Outcome.Stale(Objects.requireNonNull(
                    new SentFields(reader).version("stored"), "a stale change without the stored version"));
        }

        @Override
        public Class<Outcome.Stale> getCompactClass() {
            return Outcome.Stale.class;
        }

        @Override
        public String getTypeName() {
            return "stale";
        }
    }

    private static final class OfTooLarge implements CompactSerializer<Outcome.TooLarge> {

        @Override
        public void write(CompactWriter writer, Outcome.TooLarge tooLarge) {
            writer.writeInt32("bytes", tooLarge.bytes());
        }

        @Override
        public Outcome.TooLarge read(CompactReader reader) {
            return new Outcome.TooLarge(new SentFields(reader).int32("bytes"));
        }

        @Override
        public Class<Outcome.TooLarge> getCompactClass() {
            return Outcome.TooLarge.class;
        }

        @Override
        public String getTypeName() {
            return "tooLarge";
        }
    }

    private static final class OfAhead implements CompactSerializer<Outcome.Ahead> {

        @Override
        public void write(CompactWriter writer, Outcome.Ahead ahead) {
            // An outcome of this kind has no fields.
        }

        @Override
        public Outcome.Ahead read(CompactReader reader) {
            return new Outcome.Ahead();
        }

        @Override
        public Class<Outcome.Ahead> getCompactClass() {
            return Outcome.Ahead.class;
        }

        @Override
        public String getTypeName() {
            return "ahead";
        }
    }

    private static final class OfAbsent implements CompactSerializer<Outcome.Absent> {

        @Override
        public void write(CompactWriter writer, Outcome.Absent absent) {
            // An outcome of this kind has no fields.
        }

        @Override
        public Outcome.Absent read(CompactReader reader) {
            return new Outcome.Absent();
        }

        @Override
        public Class<Outcome.Absent> getCompactClass() {
            return Outcome.Absent.class;
        }

        @Override
        public String getTypeName() {
            return "absent";
        }
    }
}
