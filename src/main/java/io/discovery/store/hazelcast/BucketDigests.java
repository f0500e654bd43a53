package io.discovery.store.hazelcast;

import com.hazelcast.aggregation.Aggregator;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.registry.RegistrationCopies;
import java.io.Serial;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sums the digests of what is stored, a bucket each, where it is stored. */
final class BucketDigests implements Aggregator<Map.Entry<String, Registration>, long[]> {

    @Serial
    private static final long serialVersionUID = 1;

    private final long ttlMicros;
    private final long comparedFromMicros;
    private final long[] sums = new long[RegistrationCopies.BUCKETS];
    private transient @Nullable Lease lease;

    /** @param comparedFromMicros what is kept no longer than this is left out */
    BucketDigests(Lease lease, long comparedFromMicros) {
        this.ttlMicros = lease.ttlMicros();
        this.comparedFromMicros = comparedFromMicros;
    }

    @Override
    public void accumulate(Map.Entry<String, Registration> entry) {
        Registration registration = entry.getValue();
        if (lease().keptUntil(registration) > comparedFromMicros) {
            sums[RegistrationCopies.bucketOf(registration)] += registration.digest();
        }
    }

    private Lease lease() {
        Lease current = lease;
        if (current == null) {
            current = new Lease(ttlMicros);
            lease = current;
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
