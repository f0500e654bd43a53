package io.discovery.store.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import com.hazelcast.query.Predicate;
import io.discovery.model.Buckets;
import io.discovery.model.Registration;
import java.util.BitSet;
import java.util.Map;

/** A predicate that selects the registrations of some buckets at the members that store them. */
final class InBuckets implements Predicate<String, Registration> {

    private final BitSet buckets;

    InBuckets(BitSet buckets) {
        this.buckets = (BitSet) buckets.clone();
    }

    @Override
    public boolean apply(Map.Entry<String, Registration> entry) {
        return buckets.get(Buckets.of(entry.getValue().key()));
    }

    /** The form in which members send it. */
    static final class Serializer implements CompactSerializer<InBuckets> {

        @Override
        public void write(CompactWriter writer, InBuckets predicate) {
            writer.writeArrayOfInt64("buckets", predicate.buckets.toLongArray());
        }

        @Override
        public InBuckets read(CompactReader reader) {
            return new InBuckets(BitSet.valueOf(new SentFields(reader).numbers("buckets")));
        }

        @Override
        public Class<InBuckets> getCompactClass() {
            return InBuckets.class;
        }

        @Override
        public String getTypeName() {
            return "in-buckets";
        }
    }
}
