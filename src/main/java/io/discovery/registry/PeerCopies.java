package io.discovery.registry;

import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The read copies of the other members, as this member asks for them. Methods block, for a second or two at most; a peer
 * that does not answer in time, or cannot, is left out, and asked again in the next round.
 */
public interface PeerCopies {

    /** How many peers there are now. */
    int count();

    /** For each peer that answers, by its id, the digests of its copy: a sum for each bucket, as {@link ReadCopy#digests}. */
    Map<String, long[]> digests(Comparison comparison);

    /**
     * What a peer's copy holds in some buckets and the asking member does not hold alike.
     *
     * @param peer an id that {@link #digests} answered
     * @param known digests of what the asking member holds in these buckets
     */
    Answer differing(String peer, Comparison comparison, BitSet buckets, long[] known);

    /**
     * What a peer told.
     *
     * @param isWhole false if it holds more than it told, or did not answer
     */
    record Answer(Collection<Registration> registrations, boolean isWhole) {

        /** Of a peer that does not answer. */
        public static final Answer NONE = new Answer(List.of(), false);

        public Answer {
            registrations = List.copyOf(registrations);
        }
    }
}
