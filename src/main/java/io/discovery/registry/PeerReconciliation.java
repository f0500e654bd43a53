package io.discovery.registry;

import io.discovery.model.Comparison;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Brings what other members' copies have newer into this member's copy. It is the short way by which members become equal
 * after a split: they need no more than a connection to each other, while the cluster's map is still being merged and
 * moved. Digests are compared first, a bucket each; of a bucket that differs, the digests of single registrations; and
 * only what differs travels. Each member asks all others, so all learn. {@link Reconciliation} sees to the map.
 *
 * <p>Rounds are called by one thread, and block for a few seconds at most.
 */
public final class PeerReconciliation {

    /** About so many registrations are asked for at a time: 32 MB if each is as large as it may be, as a rule 1 MB. */
    private static final int REGISTRATIONS_AT_ONCE = 2_000;
    /** So many buckets at most: who holds nothing yet does not know how much a peer holds. */
    private static final int BUCKETS_AT_ONCE = 16;

    private final PeerCopies peers;
    private final ReadCopy copy;
    private final Clock clock;
    private final Lease lease;
    private final Learning learning;

    public PeerReconciliation(PeerCopies peers, ReadCopy copy, Clock clock, Lease lease, Learning learning) {
        this.peers = peers;
        this.copy = copy;
        this.clock = clock;
        this.lease = lease;
        this.learning = learning;
    }

    /**
     * What a round found.
     *
     * @param learned registrations that were news
     * @param unfinished peers that did not answer, or did not tell all
     */
    public record Result(int learned, int unfinished) {
        public boolean isEqual() {
            return learned == 0 && unfinished == 0;
        }
    }

    /** Compares with each peer once. */
    public Result round() {
        Comparison comparison = Comparison.at(lease, clock.nowMicros());
        int count = peers.count();
        Map<String, long[]> digests = peers.digests(comparison);
        int learned = 0;
        int unfinished = Math.max(0, count - digests.size());
        for (Map.Entry<String, long[]> peer : digests.entrySet()) {
            // Anew for each: what one peer has told need not be asked of the next.
            BitSet differing = Reconciliation.differing(copy.digests(comparison), peer.getValue());
            List<Registration> news = new ArrayList<>();
            unfinished += ask(peer.getKey(), comparison, differing, news) ? 0 : 1;
            learning.inOneGo(news.size(), () -> copy.mergeAll(news));
            learned += news.size();
        }
        return new Result(learned, unfinished);
    }

    /** Adds what is news; answers whether the peer told all. */
    private boolean ask(String peer, Comparison comparison, BitSet differing, List<Registration> news) {
        boolean isWhole = true;
        for (Question question : questions(comparison, differing)) {
            PeerCopies.Answer answer = peers.differing(peer, comparison, question.buckets, question.digests());
            answer.registrations().stream().filter(this::isNews).forEach(news::add);
            isWhole &= answer.isWhole();
        }
        return isWhole;
    }

    private record Question(BitSet buckets, List<Long> known) {

        long[] digests() {
            return known.stream().mapToLong(Long::longValue).toArray();
        }
    }

    private List<Question> questions(Comparison comparison, BitSet differing) {
        List<Question> questions = new ArrayList<>();
        BitSet buckets = new BitSet();
        List<Long> known = new ArrayList<>();
        for (int bucket = differing.nextSetBit(0); bucket >= 0; bucket = differing.nextSetBit(bucket + 1)) {
            buckets.set(bucket);
            addDigests(comparison, bucket, known);
            boolean isLast = differing.nextSetBit(bucket + 1) < 0;
            if (isLast || known.size() >= REGISTRATIONS_AT_ONCE || buckets.cardinality() == BUCKETS_AT_ONCE) {
                questions.add(new Question(buckets, known));
                buckets = new BitSet();
                known = new ArrayList<>();
            }
        }
        return questions;
    }

    private void addDigests(Comparison comparison, int bucket, List<Long> known) {
        for (Registration registration : copy.inBucket(bucket)) {
            if (comparison.includes(registration)) {
                known.add(registration.digest());
            }
        }
    }

    private boolean isNews(Registration theirs) {
        Registration ours = copy.find(theirs.key());
        return lease.isKept(theirs, clock.nowMicros())
                && !theirs.mergedInto(ours).equals(ours);
    }
}
