package io.discovery.registry;

import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The read copies of the other members, which this member can ask for. Methods block while peers answer. A peer that
 * does not answer within a few seconds, or cannot, is left out, and asked again in the next round.
 */
public interface PeerCopies {

    /** Returns the number of peers now. */
    int count();

    /**
     * Returns, by the id of each peer that answers, the digests of its copy: a sum for each bucket, as {@link
     * ReadCopy#digests}.
     */
    Map<String, long[]> digests(Comparison comparison);

    /**
     * Returns the registrations of peers' copies in some buckets that the asking member lacks or has in another state.
     * It asks all peers at once, and each peer its questions in their order.
     *
     * @param questions for peers whose ids {@link #digests} returned
     * @return an answer to each question, in any order; fewer if peers fell silent
     */
    List<Answer> differing(Comparison comparison, List<Question> questions);

    /**
     * A question to a peer, in one call.
     *
     * @param known digests of the registrations that the asking member holds in these buckets
     */
    record Question(String peer, BitSet buckets, List<Long> known) {}

    /**
     * An answer of a peer.
     *
     * @param isWhole false if the peer holds more registrations than the answer has
     */
    record Answer(String peer, Collection<Registration> registrations, boolean isWhole) {

        public Answer {
            registrations = List.copyOf(registrations);
        }
    }
}
