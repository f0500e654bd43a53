package io.discovery.registry;

import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The read copies of the other members, as this member asks for them. Methods block while peers answer; a peer
 * that does not answer within a few seconds, or cannot, is left out, and asked again in the next round.
 */
public interface PeerCopies {

    /** How many peers there are now. */
    int count();

    /** For each peer that answers, by its id, the digests of its copy: a sum for each bucket, as {@link ReadCopy#digests}. */
    Map<String, long[]> digests(Comparison comparison);

    /**
     * What peers' copies hold in some buckets and the asking member does not hold alike. All peers are asked at once, each its
     * questions in their order.
     *
     * @param questions of peers whose ids {@link #digests} answered
     * @return an answer to each question, in any order; fewer if peers fell silent
     */
    List<Answer> differing(Comparison comparison, List<Question> questions);

    /**
     * What a peer is asked in one call.
     *
     * @param known digests of what the asking member holds in these buckets
     */
    record Question(String peer, BitSet buckets, List<Long> known) {}

    /**
     * What a peer told.
     *
     * @param isWhole false if it holds more than it told
     */
    record Answer(String peer, Collection<Registration> registrations, boolean isWhole) {

        public Answer {
            registrations = List.copyOf(registrations);
        }
    }
}
