package io.discovery.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.model.Buckets;
import io.discovery.model.Comparison;
import io.discovery.model.Limits;
import io.discovery.model.Registration;
import io.discovery.registry.ReadCopy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A question of a member about the peer's read copy, with its answer; runs at the peer, on its executor's thread. */
abstract class PeerQuestion<T> implements Callable<T>, HazelcastInstanceAware {

    final Comparison comparison;
    private @Nullable HazelcastInstance asked;

    private PeerQuestion(Comparison comparison) {
        this.comparison = comparison;
    }

    static List<CompactSerializer<?>> serializers() {
        return List.of(new OfDigests(), new OfDiffering(), new OfCopies());
    }

    static List<Object> samples(Comparison comparison) {
        return List.of(
                new Digests(comparison),
                new Differing(comparison, new BitSet(), new long[0]),
                new Copies(List.of(), true));
    }

    @Override
    public final void setHazelcastInstance(HazelcastInstance instance) {
        asked = instance;
    }

    /**
     * Returns the answer; an empty one if the peer has no copy yet: it has just joined and holds no registration, and
     * no member needs to wait for it.
     */
    @Override
    public final T call() {
        return HazelcastPeerCopies.copyOf(asked).map(this::answer).orElseGet(this::emptyAnswer);
    }

    abstract T emptyAnswer();

    abstract T answer(ReadCopy copy);

    /** A question for the sums of digests of all buckets. */
    static final class Digests extends PeerQuestion<long[]> {

        Digests(Comparison comparison) {
            super(comparison);
        }

        @Override
        long[] emptyAnswer() {
            return new long[Buckets.COUNT];
        }

        @Override
        long[] answer(ReadCopy copy) {
            return copy.digests(comparison);
        }
    }

    /** A question for the registrations of some buckets that the asking member lacks or has in another state. */
    static final class Differing extends PeerQuestion<Copies> {

        /** Maximum size of an answer in bytes, about; the asking member gets the rest when it asks again. */
        private static final int ENOUGH = 8 << 20;

        private final BitSet buckets;
        /** Digests that the asking member holds, sorted. */
        private final long[] known;

        Differing(Comparison comparison, BitSet buckets, long[] known) {
            super(comparison);
            this.buckets = (BitSet) buckets.clone();
            this.known = known.clone();
            Arrays.sort(this.known);
        }

        @Override
        Copies emptyAnswer() {
            return new Copies(List.of(), true);
        }

        @Override
        Copies answer(ReadCopy copy) {
            List<Registration> differing = new ArrayList<>();
            int bytes = 0;
            boolean isWhole = true;
            for (int bucket = buckets.nextSetBit(0); bucket >= 0; bucket = buckets.nextSetBit(bucket + 1)) {
                for (Registration registration : copy.inBucket(bucket)) {
                    if (comparison.includes(registration) && !isKnown(registration)) {
                        isWhole = bytes < ENOUGH;
                        bytes += isWhole ? Limits.size(registration) : 0;
                        differing.addAll(isWhole ? List.of(registration) : List.of());
                    }
                }
            }
            return new Copies(differing, isWhole);
        }

        private boolean isKnown(Registration registration) {
            return Arrays.binarySearch(known, registration.copyDigest()) >= 0;
        }
    }

    /**
     * The registrations of a peer.
     *
     * @param isWhole false if the peer holds more than fits an answer
     */
    record Copies(List<Registration> list, boolean isWhole) {

        Copies {
            list = List.copyOf(list);
        }
    }

    static void write(CompactWriter writer, Comparison comparison) {
        writer.writeInt64("slice", comparison.sliceMicros());
        writer.writeInt64("after", comparison.afterSlice());
    }

    /** Reads a comparison; one without slices includes no registration of this version. */
    static Comparison readComparison(SentFields fields) {
        return new Comparison(fields.int64("slice", 1), fields.int64("after", Long.MAX_VALUE));
    }

    private static final class OfDigests implements CompactSerializer<Digests> {

        @Override
        public void write(CompactWriter writer, Digests question) {
            PeerQuestion.write(writer, question.comparison);
        }

        @Override
        public Digests read(CompactReader reader) {
            return new Digests(readComparison(new SentFields(reader)));
        }

        @Override
        public Class<Digests> getCompactClass() {
            return Digests.class;
        }

        @Override
        public String getTypeName() {
            return "digests-question";
        }
    }

    private static final class OfDiffering implements CompactSerializer<Differing> {

        @Override
        public void write(CompactWriter writer, Differing question) {
            PeerQuestion.write(writer, question.comparison);
            writer.writeArrayOfInt64("buckets", question.buckets.toLongArray());
            writer.writeArrayOfInt64("known", question.known);
        }

        @Override
        public Differing read(CompactReader reader) {
            SentFields fields = new SentFields(reader);
            return new Differing(
                    readComparison(fields), BitSet.valueOf(fields.numbers("buckets")), fields.numbers("known"));
        }

        @Override
        public Class<Differing> getCompactClass() {
            return Differing.class;
        }

        @Override
        public String getTypeName() {
            return "differing-question";
        }
    }

    private static final class OfCopies implements CompactSerializer<Copies> {

        @Override
        public void write(CompactWriter writer, Copies copies) {
            writer.writeArrayOfCompact("list", copies.list.toArray(Registration[]::new));
            writer.writeInt32("whole", copies.isWhole ? 1 : 0);
        }

        @Override
        public Copies read(CompactReader reader) {
            SentFields fields = new SentFields(reader);
            return new Copies(fields.registrations("list"), fields.int32("whole") == 1);
        }

        @Override
        public Class<Copies> getCompactClass() {
            return Copies.class;
        }

        @Override
        public String getTypeName() {
            return "copies";
        }
    }
}
