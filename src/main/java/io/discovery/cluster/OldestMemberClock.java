package io.discovery.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.discovery.cluster.ClusterClock.Reading;
import io.discovery.cluster.ClusterClock.Reference;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the oldest member whose clock is not far ahead of the others', read by a question to that member. It
 * does not use Hazelcast's cluster time: that takes the travel time of the master's heartbeat for a difference of
 * clocks (100 ms and more on a busy machine), and moves with every jump of this machine's wall clock until the next
 * heartbeat.
 */
public final class OldestMemberClock implements Reference {

    private static final String NAME = "discovery-clock";
    private static final long PATIENCE_MILLIS = 1_000;

    private final HazelcastInstance hazelcast;

    public OldestMemberClock(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    static void configure(Config config) {
        // An answer is useful only at once, so few questions wait.
        config.addExecutorConfig(new ExecutorConfig(NAME, 1).setQueueCapacity(64));
        config.getSerializationConfig().getCompactSerializationConfig().addSerializer(new QuestionSerializer());
    }

    /** Returns a sample of the question, of which a schema is made. */
    static Object sample() {
        return new Question();
    }

    /** Makes this member answer its peers' questions with the time of {@code clock}. */
    public void answer(ClusterClock clock) {
        hazelcast.getUserContext().put(NAME, clock);
    }

    /** Returns the time of this machine's wall clock, in microseconds since the epoch. */
    public static long wallMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Override
    public Reading look() {
        try {
            boolean isOldest =
                    hazelcast.getCluster().getMembers().iterator().next().localMember();
            for (Member member : hazelcast.getCluster().getMembers()) {
                Reading reading = member.localMember() ? own() : ask(member);
                if (reading != null) {
                    return reading;
                }
            }
            return isOldest ? new Reading.Self() : new Reading.None();
        } catch (HazelcastException | HazelcastInstanceNotActiveException | RejectedExecutionException gone) {
            return new Reading.None();
        }
    }

    private @Nullable Reading own() {
        return hazelcast.getUserContext().get(NAME) instanceof ClusterClock clock && clock.isFarAhead()
                ? null
                : new Reading.Self();
    }

    /** Asks a member for its time; returns null if its clock is far ahead of the others'. */
    private @Nullable Reading ask(Member member) {
        long asked = System.nanoTime();
        return await(hazelcast.getExecutorService(NAME).submitToMember(new Question(), member), asked);
    }

    private static @Nullable Reading await(Future<Long> answer, long asked) {
        try {
            long micros = answer.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            long half = (System.nanoTime() - asked) / 2;
            return micros < 0 ? null : new Reading.Peer(asked + half, micros, TimeUnit.NANOSECONDS.toMicros(half));
        } catch (ExecutionException | TimeoutException | HazelcastException silent) {
            // Not cancelled: a cancellation asks the silent member as well, waits for it, and throws.
            return new Reading.None();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Reading.None();
        }
    }

    /**
     * A question for the cluster's clock at the member that runs it. A member that has no such clock yet answers with
     * its wall clock, with which it will begin. The answer is below zero if the clock is far ahead of the others'.
     */
    static final class Question implements Callable<Long>, HazelcastInstanceAware {

        private @Nullable HazelcastInstance hazelcast;

        @Override
        public void setHazelcastInstance(HazelcastInstance asked) {
            hazelcast = asked;
        }

        @Override
        public Long call() {
            if (hazelcast != null && hazelcast.getUserContext().get(NAME) instanceof ClusterClock clock) {
                return clock.isFarAhead() ? -clock.nowMicros() : clock.nowMicros();
            }
            return wallMicros();
        }
    }

    private static final class QuestionSerializer implements CompactSerializer<Question> {

        @Override
        public Question read(CompactReader reader) {
            return new Question();
        }

        @Override
        public void write(CompactWriter writer, Question question) {
            // A question has no fields.
        }

        @Override
        public String getTypeName() {
            return "clock-question";
        }

        @Override
        public Class<Question> getCompactClass() {
            return Question.class;
        }
    }
}
