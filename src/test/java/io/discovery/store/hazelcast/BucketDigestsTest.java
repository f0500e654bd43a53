package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.serialization.SerializationService;
import io.discovery.model.Buckets;
import io.discovery.model.Comparison;
import io.discovery.model.Registration;
import io.discovery.registry.Fixtures;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Digests as one member sends them to another: as a question, and as its answer. */
class BucketDigestsTest {

    private static final int MOST_BYTES_OF_A_QUESTION = 200;

    @AutoClose
    private final HazelcastMembers members = HazelcastMembers.start(1);

    private final SerializationService wire =
            ((HazelcastInstanceProxy) members.first()).getOriginal().getSerializationService();
    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final BucketDigests digests = new BucketDigests(Comparison.at(LEASE, clock.clusterMicros()));

    /** A member that joins asks each partition that moves: 271 questions at once. */
    @Test
    void aQuestionIsSmall() {
        Data question = wire.toData(digests);

        assertThat(question.toByteArray().length).isLessThan(MOST_BYTES_OF_A_QUESTION);
        BucketDigests asked = wire.toObject(question);
        assertThat(asked.aggregate()).hasSize(Buckets.COUNT).containsOnly(0);
    }

    @Test
    void anAnswerIsAddedToTheQuestion() {
        Registration host = Fixtures.registered(key("digests", 1), clock.next());
        BucketDigests answer = wire.toObject(wire.toData(digests));
        answer.accumulate(Map.entry(host.key().toString(), host));

        digests.combine(wire.<BucketDigests>toObject(wire.toData(answer)));

        assertThat(digests.aggregate()).hasSize(Buckets.COUNT);
        assertThat(digests.aggregate()[Buckets.of(host.key())])
                .isEqualTo(host.copyDigest())
                .isNotZero();
    }
}
