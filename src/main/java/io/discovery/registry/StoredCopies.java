package io.discovery.registry;

import io.discovery.model.InstanceKey;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster knows of the copies in the backend that its members share, so that whoever comes to own a key knows
 * what is left to write. A help, not a truth: what is missing or out of date here costs a write that changes nothing.
 */
public interface StoredCopies {

    /** Answers from this member's memory; safe for all threads, never blocks. */
    @Nullable
    StoredCopy find(InstanceKey key);

    /** Tells the cluster. Blocks; throws a {@link RuntimeException} if the cluster did not answer. */
    void put(Map<InstanceKey, StoredCopy> copies);

    /** Nothing is known of these any more. Blocks; throws a {@link RuntimeException} if the cluster did not answer. */
    void forget(Collection<InstanceKey> keys);
}
