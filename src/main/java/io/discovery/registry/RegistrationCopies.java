package io.discovery.registry;

import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * The cluster's registrations as a replica uses them: it compares digests, reads the registrations that differ, and
 * offers those that the cluster lacks. Every method blocks and is for housekeeping threads; each throws a {@link
 * RuntimeException} if the cluster did not answer, and a retry is safe.
 */
public interface RegistrationCopies {

    /**
     * Returns, for each of the {@link io.discovery.model.Buckets}, the sum of the digests of the stored registrations
     * that the comparison includes.
     */
    long[] digests(Comparison comparison);

    /** Returns the stored registrations of these buckets. */
    List<Registration> read(BitSet buckets);

    /**
     * Merges copies that another replica holds (a row of a backend, a directory) into the stored registrations. An
     * older copy changes nothing; {@link Registration#countedBeside} says what one from a clock that ran ahead does.
     *
     * @return number of copies that changed a stored registration
     */
    int offer(Collection<Registration> copies);
}
