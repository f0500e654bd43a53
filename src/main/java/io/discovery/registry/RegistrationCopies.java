package io.discovery.registry;

import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * The cluster's truth as a replica meets it: compare, read what differs, offer what is missing. Every method blocks and
 * is for housekeeping threads; each throws a {@link RuntimeException} if the cluster did not answer, and nothing is lost
 * by trying again.
 */
public interface RegistrationCopies {

    /** For each of the {@link io.discovery.model.Buckets} the sum of the digests of what is stored and included. */
    long[] digests(Comparison comparison);

    /** What is stored in these buckets. */
    List<Registration> read(BitSet buckets);

    /**
     * Merges copies that another replica holds (a row of a backend, a directory) into what is stored. An older copy
     * changes nothing; one from a clock that ran ahead is clamped.
     *
     * @return how many changed what is stored
     */
    int offer(Collection<Registration> copies);
}
