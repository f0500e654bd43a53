package io.discovery.registry;

import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** This member's own copy of the registry, as the use cases need it. Safe for all threads; never blocks for long. */
public interface ReadCopy {

    /** Shows a registration to this member's readers, merged into what they see. */
    void merge(Registration registration);

    /** Shows many, and tells those who follow services of them when all are there. */
    void mergeAll(Collection<Registration> registrations);

    @Nullable
    Registration find(InstanceKey key);

    /** All that is kept, tombstones included; weakly consistent. */
    Iterable<Registration> all();

    /** What is kept of one of the {@link io.discovery.model.Buckets}; weakly consistent. */
    Iterable<Registration> inBucket(int bucket);

    /** For each bucket the sum of the digests of what the comparison includes. */
    long[] digests(Comparison comparison);
}
