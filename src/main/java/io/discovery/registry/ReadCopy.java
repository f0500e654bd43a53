package io.discovery.registry;

import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** This member's own copy of the registry, as the use cases need it. Thread-safe; never blocks for long. */
public interface ReadCopy {

    /** Merges a registration into the copy, and shows the result to this member's readers. */
    void merge(Registration registration);

    /** Merges many registrations, and notifies the subscribers of their services after the last. */
    void mergeAll(Collection<Registration> registrations);

    /**
     * Runs a task by which rows of the durable copy come into this copy, whichever way they take.
     *
     * @param rows those that are new here
     */
    default void restore(Collection<Registration> rows, Runnable task) {
        task.run();
    }

    /**
     * Replaces a registration of the copy, unless it has changed meanwhile. It is the only way in which the copy loses
     * something before its RETENTION, for what this member wrote while its clock was wrong.
     */
    void replace(Registration held, Registration replacement);

    @Nullable
    Registration find(InstanceKey key);

    /** Returns all registrations of the copy, tombstones included; weakly consistent. */
    Iterable<Registration> all();

    /** Returns the registrations of one of the {@link io.discovery.model.Buckets}; weakly consistent. */
    Iterable<Registration> inBucket(int bucket);

    /** Returns, for each bucket, the sum of the digests of the registrations that the comparison includes. */
    long[] digests(Comparison comparison);
}
