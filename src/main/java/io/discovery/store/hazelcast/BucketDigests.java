package io.discovery.store.hazelcast;

import com.hazelcast.aggregation.Aggregator;
import io.discovery.model.Buckets;
import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import java.io.Serial;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums the digests of what is stored, a bucket each, where it is stored. */
final class BucketDigests implements Aggregator<Map.Entry<String, Registration>, long[]> {

    @Serial
    private static final long serialVersionUID = 1;

    private final long sliceMicros;
    private final long afterSlice;
    private final long[] sums = new long[Buckets.COUNT];
    private transient @Nullable Comparison comparison;

    BucketDigests(Comparison comparison) {
        this.sliceMicros = comparison.sliceMicros();
        this.afterSlice = comparison.afterSlice();
    }

    @Override
    public void accumulate(Map.Entry<String, Registration> entry) {
        Registration registration = entry.getValue();
        if (comparison().includes(registration)) {
            sums[Buckets.of(registration.key())] += registration.digest();
        }
    }

    private Comparison comparison() {
        Comparison current = comparison;
        if (current == null) {
            current = new Comparison(sliceMicros, afterSlice);
            comparison = current;
        }
        return current;
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
}
