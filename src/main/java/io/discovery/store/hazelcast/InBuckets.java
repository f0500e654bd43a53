package io.discovery.store.hazelcast;

import com.hazelcast.query.Predicate;
import io.discovery.model.Buckets;
import io.discovery.model.Registration;
import java.io.Serial;
import java.util.BitSet;
import java.util.Map;

/** Selects the registrations of some buckets, where they are stored. */
final class InBuckets implements Predicate<String, Registration> {

    @Serial
    private static final long serialVersionUID = 1;

    private final BitSet buckets;

    InBuckets(BitSet buckets) {
        this.buckets = (BitSet) buckets.clone();
    }

    @Override
    public boolean apply(Map.Entry<String, Registration> entry) {
        return buckets.get(Buckets.of(entry.getValue().key()));
    }
}
