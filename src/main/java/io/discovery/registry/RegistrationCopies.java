package io.discovery.registry;

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

    /** Registrations are compared in this many buckets. */
    int BUCKETS = 256;

    /** Copies closer than this to the end of their RETENTION are not compared: members drop them at slightly different times. */
    long COMPARED_UNTIL_MICROS = 30_000_000;

    /** The bucket of a registration: a hash of its key, equal on every member. */
    static int bucketOf(Registration registration) {
        int hash = registration.key().toString().hashCode();
        return (hash ^ hash >>> 8 ^ hash >>> 16 ^ hash >>> 24) & BUCKETS - 1;
    }

    /** Per bucket the sum of the digests of what is stored. */
    long[] digests(long nowMicros);

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
