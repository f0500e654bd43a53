package io.discovery.registry;

import io.discovery.model.InstanceKey;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's knowledge of the copies in the backend that its members share, by which a new owner of a key finds the
 * registrations that are left to write. It is a hint, not a truth: a missing or outdated entry costs a write that
 * changes nothing.
 */
public interface StoredCopies {

    /** Returns the entry in this member's memory; thread-safe, never blocks. */
    @Nullable
    StoredCopy find(InstanceKey key);

    /** Publishes copies to the cluster. Blocks; throws a {@link RuntimeException} if the cluster did not answer. */
    void put(Map<InstanceKey, StoredCopy> copies);

    /** Removes the entries of these keys. Blocks; throws a {@link RuntimeException} if the cluster did not answer. */
    void forget(Collection<InstanceKey> keys);
}
