package io.discovery.reconciliation;

import io.discovery.model.Comparison;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.registry.Clock;
import io.discovery.registry.PeerCopies;
import io.discovery.registry.ReadCopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what other members' copies have newer into this member's copy. It is the short way by which members become
 * equal after a split: they need no more than a connection to each other, while the cluster's map is still being moved.
 * Digests are compared first, a bucket each; of a bucket that differs, the digests of single registrations; and only
 * what differs travels. Each member asks all others, so all learn. {@link MapReconciliation} sees to the map.
 *
 * <p>Rounds are called by one thread, and block while peers answer.
 */
public final class PeerReconciliation {

    private static final Logger log = LoggerFactory.getLogger(PeerReconciliation.class);
    /** Number of registrations that are worth a line in the log: this member was cut off from others. */
    private static final int MUCH = 1_000;
    /** A question is about so many registrations: few enough that a peer answers within moments. */
    private static final int REGISTRATIONS_AT_ONCE = 10_000;
    /** Buckets at most: a member that holds nothing yet does not know how much a peer holds. */
    private static final int BUCKETS_AT_ONCE = 64;

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
     * Findings of a round.
     *
     * @param learned number of registrations that were news
     * @param unfinished number of peers that did not answer, or did not tell all
     * @param early number of hosts that only peers list, and that were not learned because they are ahead of the clock
     */
    public record Result(int learned, int unfinished, int early) {
        public boolean isEqual() {
            return learned == 0 && isComplete();
        }

        /** Returns whether all peers have told all. */
        public boolean isComplete() {
            return unfinished == 0;
        }
    }

    /** Compares with each peer once. */
    public Result round() {
        long begin = System.nanoTime();
        // Before the first question: what clients change from here on wins over what counts as written now.
        long now = clock.clusterMicros();
        Comparison comparison = Comparison.at(lease, now);
        int count = peers.count();
        Map<String, long[]> digests = peers.digests(comparison);
        List<PeerCopies.Question> questions = questions(comparison, digests);
        List<PeerCopies.Answer> answers = peers.differing(comparison, questions);
        List<Registration> told = answers.stream()
                .flatMap(answer -> answer.registrations().stream())
                .toList();
        List<Registration> news =
                told.stream().filter(theirs -> isNews(theirs, now)).toList();
        List<Registration> right =
                told.stream().filter(theirs -> isOursWrong(theirs, now)).toList();
        int unfinished = Math.max(0, count - digests.size()) + unfinished(questions, answers);
        List<Registration> early = unfinished == 0 ? unknownButEarly(told, now) : List.of();
        int learned = news.size() + right.size() + early.size();
        learning.inOneGo(learned, () -> {
            right.forEach(theirs -> replaceOurs(theirs, now));
            copy.mergeAll(news);
            // After the news, among which may be a removal.
            copy.mergeAll(early.stream().filter(this::isUnknown).toList());
        });
        if (news.size() >= MUCH) {
            log.info(
                    "learned {} registrations that other members had newer, within {} ms; {} of {} have not told all",
                    news.size(),
                    Duration.ofNanos(System.nanoTime() - begin).toMillis(),
                    unfinished,
                    count);
        }
        return new Result(learned, unfinished, (int)
                told.stream().filter(theirs -> isMissedButEarly(theirs, now)).count());
    }

    /** How many peers have not told all. */
    private static int unfinished(List<PeerCopies.Question> questions, List<PeerCopies.Answer> answers) {
        Map<String, Integer> open = new HashMap<>();
        questions.forEach(question -> open.merge(question.peer(), 1, Integer::sum));
        answers.stream()
                .filter(PeerCopies.Answer::isWhole)
                .forEach(answer -> open.merge(answer.peer(), -1, Integer::sum));
        return (int) open.values().stream().filter(left -> left > 0).count();
    }

    /** For all peers: their first questions, then their second ones, and so on. */
    private List<PeerCopies.Question> questions(Comparison comparison, Map<String, long[]> digests) {
        Map<Integer, List<Long>> known = new HashMap<>();
        List<List<PeerCopies.Question>> ofPeers = new ArrayList<>();
        toAsk(comparison, digests)
                .forEach((peer, buckets) -> ofPeers.add(questions(
                        peer,
                        buckets,
                        bucket -> known.computeIfAbsent(bucket, unknown -> digestsIn(bucket, comparison)))));
        int most = ofPeers.stream().mapToInt(List::size).max().orElse(0);
        return IntStream.range(0, most)
                .boxed()
                .flatMap(n -> ofPeers.stream()
                        .flatMap(ofPeer -> ofPeer.stream().skip(n).limit(1)))
                .toList();
    }

    /** The buckets in which a peer differs from this member; what several peers hold alike is asked of one of them. */
    private Map<String, BitSet> toAsk(Comparison comparison, Map<String, long[]> digests) {
        long[] ours = copy.digests(comparison);
        Map<String, BitSet> toAsk = new HashMap<>();
        List<Set<Long>> asked = new ArrayList<>();
        for (long digest : ours) {
            asked.add(new HashSet<>(Set.of(digest)));
        }
        digests.forEach((peer, theirs) -> {
            BitSet differing = new BitSet();
            for (int bucket = 0; bucket < ours.length; bucket++) {
                differing.set(bucket, asked.get(bucket).add(theirs[bucket]));
            }
            toAsk.put(peer, differing);
        });
        return toAsk;
    }

    private static List<PeerCopies.Question> questions(String peer, BitSet toAsk, IntFunction<List<Long>> known) {
        List<PeerCopies.Question> questions = new ArrayList<>();
        BitSet buckets = new BitSet();
        List<Long> knownInThem = new ArrayList<>();
        for (int bucket = toAsk.nextSetBit(0); bucket >= 0; bucket = toAsk.nextSetBit(bucket + 1)) {
            buckets.set(bucket);
            knownInThem.addAll(known.apply(bucket));
            boolean isLast = toAsk.nextSetBit(bucket + 1) < 0;
            if (isLast || knownInThem.size() >= REGISTRATIONS_AT_ONCE || buckets.cardinality() == BUCKETS_AT_ONCE) {
                questions.add(new PeerCopies.Question(peer, buckets, knownInThem));
                buckets = new BitSet();
                knownInThem = new ArrayList<>();
            }
        }
        return questions;
    }

    private List<Long> digestsIn(int bucket, Comparison comparison) {
        List<Long> digests = new ArrayList<>();
        for (Registration registration : copy.inBucket(bucket)) {
            if (comparison.includes(registration)) {
                digests.add(registration.copyDigest());
            }
        }
        return digests;
    }

    /**
     * Returns whether a registration is newer than this copy's, and not ahead of the clock: that one would win over
     * every removal until its time has come.
     */
    private boolean isNews(Registration theirs, long now) {
        Registration ours = copy.find(theirs.key());
        return lease.isKept(theirs, now)
                && !theirs.isAhead(now)
                && !isOursWrong(theirs, now)
                && !theirs.mergedInto(ours).equals(ours);
    }

    /**
     * Returns whether this member wrote its registration while its clock was far ahead of the others', and the peer's
     * counts instead. If this member kept its own, that would be news to all once its time had come, and win over what
     * clients have changed since. Only a clock that is known to be wrong shows another time than the cluster's.
     */
    private boolean isOursWrong(Registration theirs, long now) {
        Registration ours = copy.find(theirs.key());
        return ours != null && ours.isAhead(now) && !ours.isAhead(clock.nowMicros()) && !theirs.isAhead(now);
    }

    private void replaceOurs(Registration theirs, long now) {
        Registration ours = copy.find(theirs.key());
        if (ours != null) {
            copy.replace(ours, ours.countedBeside(theirs, now).mergedInto(theirs));
        }
    }

    /**
     * Returns the registrations that are ahead of the clock and of which this copy has none at all, as written now: the
     * map takes them too, but one by one, and a list would lack some meanwhile. Registrations that the copy has are
     * left to the map, since counted anew in each round they would keep a silent host alive.
     */
    private List<Registration> unknownButEarly(List<Registration> told, long now) {
        return told.stream()
                .filter(theirs -> theirs.isAhead(now) && lease.isLive(theirs, now) && isUnknown(theirs))
                .map(theirs -> theirs.countedBeside(null, now))
                .toList();
    }

    private boolean isUnknown(Registration theirs) {
        return copy.find(theirs.key()) == null;
    }

    private boolean isMissedButEarly(Registration theirs, long now) {
        Registration ours = copy.find(theirs.key());
        return theirs.isAhead(now) && lease.isLive(theirs, now) && (ours == null || !lease.isLive(ours, now));
    }
}
