package io.discovery.reconciliation;

import io.discovery.model.Buckets;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.registry.Clock;
import io.discovery.registry.ReadCopy;
import io.discovery.registry.RegistrationCopies;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The comparisons that keep this member's copy and the cluster's map equal, whatever events or partitions were lost. A
 * round compares digests, reads only the buckets that differ, and merges them into the copy. What the map lacks or has
 * in an older state in two successive rounds is offered back, because the copy is a replica too: by one member of all,
 * and in the third round by any member that still misses it, since the one whose turn it was may not have it.
 *
 * <p>Absence is never news: neither side drops anything because the other lacks it. Rounds are called by one thread.
 */
public final class MapReconciliation {

    private static final Logger log = LoggerFactory.getLogger(MapReconciliation.class);
    /** Reading a bucket costs the owners a pass over the map, so many are read in one pass, but not all at once. */
    private static final int BUCKETS_A_PASS = Buckets.COUNT / 4;

    private static final int OFFERS_A_BATCH = 500;
    /** In so many successive rounds one member gives back for all; after them, every member. */
    private static final int ROUNDS_FOR_ALL = 2;

    private final RegistrationCopies map;
    private final ReadCopy copy;
    private final Clock clock;
    private final Lease lease;
    private final Learning learning;
    /** In how many successive rounds the map has lacked each. */
    private Map<Registration, Integer> missingFor = Map.of();

    /**
     * Findings of a round.
     *
     * @param learned number of registrations that the map had newer, now in the copy
     * @param missing number that the map lacks or has older
     * @param lasting number of the missing that it lacked in the round before too
     * @param offered number of the missing that the map took
     */
    public record Result(int learned, int missing, int lasting, int offered) {
        public boolean isEqual() {
            return learned == 0 && missing == 0;
        }
    }

    public MapReconciliation(RegistrationCopies map, ReadCopy copy, Clock clock, Lease lease, Learning learning) {
        this.map = map;
        this.copy = copy;
        this.clock = clock;
        this.lease = lease;
        this.learning = learning;
    }

    /**
     * Compares and mends once. Blocks; throws what {@link RegistrationCopies} throws, and then changed nothing wrongly.
     *
     * @param turn the buckets this member offers back for all in this round: one member a bucket
     */
    public Result round(BitSet turn) {
        Comparison comparison = Comparison.at(lease, clock.clusterMicros());
        BitSet differing = differingBuckets(comparison);
        List<Registration> news = new ArrayList<>();
        Map<Registration, Integer> missing = new HashMap<>();
        for (BitSet pass : passes(differing)) {
            Map<InstanceKey, Registration> stored = new HashMap<>();
            for (Registration registration : map.read(pass)) {
                stored.put(registration.key(), registration);
                if (isNewer(registration)) {
                    news.add(registration);
                }
            }
            pass.stream()
                    .forEach(bucket -> copy.inBucket(bucket).forEach(ours -> {
                        // As it will be once it has learnt.
                        Registration merged = ours.mergedInto(stored.get(ours.key()));
                        if (comparison.includes(ours) && !merged.equals(stored.get(ours.key()))) {
                            missing.put(merged, missingFor.getOrDefault(merged, 0) + 1);
                        }
                    }));
        }
        learning.inOneGo(news.size(), () -> copy.mergeAll(news));
        int offered = offer(missing, turn);
        missingFor = missing;
        int lasting =
                (int) missing.values().stream().filter(rounds -> rounds > 1).count();
        return new Result(news.size(), missing.size(), lasting, offered);
    }

    private BitSet differingBuckets(Comparison comparison) {
        // Ours first: what changes in between shows as a difference that the next round no longer finds.
        long[] ours = copy.digests(comparison);
        return differing(ours, map.digests(comparison));
    }

    /** The buckets whose digests are not the same. */
    static BitSet differing(long[] ours, long[] theirs) {
        BitSet differing = new BitSet();
        for (int bucket = 0; bucket < ours.length; bucket++) {
            differing.set(bucket, ours[bucket] != theirs[bucket]);
        }
        return differing;
    }

    private boolean isNewer(Registration stored) {
        Registration ours = copy.find(stored.key());
        return !stored.mergedInto(ours).equals(ours) && lease.isKept(stored, clock.clusterMicros());
    }

    private int offer(Map<Registration, Integer> missing, BitSet turn) {
        List<Registration> again = new ArrayList<>();
        missing.forEach((registration, rounds) -> {
            boolean isTurn = turn.get(Buckets.of(registration.key()));
            if (rounds > ROUNDS_FOR_ALL || rounds == ROUNDS_FOR_ALL && isTurn) {
                again.add(registration);
            }
        });
        int taken = 0;
        for (int from = 0; from < again.size(); from += OFFERS_A_BATCH) {
            taken += map.offer(again.subList(from, Math.min(again.size(), from + OFFERS_A_BATCH)));
        }
        if (taken > 0) {
            log.info("gave {} registrations back that the cluster's map had lost or had older", taken);
        }
        return taken;
    }

    private static List<BitSet> passes(BitSet buckets) {
        List<BitSet> passes = new ArrayList<>();
        BitSet pass = new BitSet();
        for (int bucket = buckets.nextSetBit(0); bucket >= 0; bucket = buckets.nextSetBit(bucket + 1)) {
            pass.set(bucket);
            if (pass.cardinality() == BUCKETS_A_PASS) {
                passes.add(pass);
                pass = new BitSet();
            }
        }
        if (!pass.isEmpty()) {
            passes.add(pass);
        }
        return passes;
    }
}
