package io.discovery.store.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.registry.StoredCopy;

/** The form in which members send the known state of a stored copy. */
final class StoredCopySerializer implements CompactSerializer<StoredCopy> {

    @Override
    public void write(CompactWriter writer, StoredCopy copy) {
        writer.writeInt64("digest", copy.digest());
        writer.writeInt64("contentDigest", copy.contentDigest());
        RegistrationSerializer.writeVersion(writer, "checkIn", copy.checkIn());
        writer.writeInt64("knownSince", copy.knownSince());
        writer.writeInt32("merged", copy.isMerged() ? 1 : 0);
    }

    @Override
    public StoredCopy read(CompactReader reader) {
        SentFields fields = new SentFields(reader);
        return new StoredCopy(
                fields.int64("digest"),
                fields.int64("contentDigest"),
                fields.version("checkIn"),
                fields.int64("knownSince"),
                fields.int32("merged") == 1);
    }

    @Override
    public Class<StoredCopy> getCompactClass() {
        return StoredCopy.class;
    }

    @Override
    public String getTypeName() {
        return "stored-copy";
    }
}
