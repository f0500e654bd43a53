package io.discovery.store.hazelcast;

import com.hazelcast.aggregation.Aggregator;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.model.Buckets;
import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import java.util.Arrays;
import java.util.Map;

/** A sum of the digests of stored registrations for each bucket, computed at the members that store them. */
final class BucketDigests implements Aggregator<Map.Entry<String, Registration>, long[]> {

    private final Comparison comparison;
    private final long[] sums;

    BucketDigests(Comparison comparison) {
        this(comparison, new long[Buckets.COUNT]);
    }

    private BucketDigests(Comparison comparison, long[] sums) {
        this.comparison = comparison;
        this.sums = sums;
    }

    @Override
    public void accumulate(Map.Entry<String, Registration> entry) {
        Registration registration = entry.getValue();
        if (comparison.includes(registration)) {
            sums[Buckets.of(registration.key())] += registration.copyDigest();
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as the interface declares it
    public void combine(Aggregator other) {
        long[] others = ((BucketDigests) other).sums;
        for (int bucket = 0; bucket < sums.length; bucket++) {
            sums[bucket] += others[bucket];
        }
    }

    @Override
    public long[] aggregate() {
        return sums;
    }

    /** The form in which members send it with its sums. */
    static final class Serializer implements CompactSerializer<BucketDigests> {

        private static final long[] NONE = {};

        /**
         * Writes no sums where none has been counted: while partitions move, Hazelcast sends the question to each of them,
         * and 8 kB of zeros each fill the link of a member that joins for longer than a call waits.
         */
        @Override
        public void write(CompactWriter writer, BucketDigests digests) {
            PeerQuestion.write(writer, digests.comparison);
            boolean isEmpty = Arrays.stream(digests.sums).allMatch(sum -> sum == 0);
            writer.writeArrayOfInt64("sums", isEmpty ? NONE : digests.sums);
        }

        @Override
        public BucketDigests read(CompactReader reader) {
            SentFields fields = new SentFields(reader);
            return new BucketDigests(
                    PeerQuestion.readComparison(fields), Arrays.copyOf(fields.numbers("sums"), Buckets.COUNT));
        }

        @Override
        public Class<BucketDigests> getCompactClass() {
            return BucketDigests.class;
        }

        @Override
        public String getTypeName() {
            return "bucket-digests";
        }
    }
}
