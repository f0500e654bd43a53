package io.discovery.store.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.discovery.model.Comparison;
import io.discovery.registry.PeerCopies;
import io.discovery.registry.ReadCopy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The read copies of the other members, read by tasks for an executor of each member. Its one thread answers; the
 * number of waiting questions is bounded, and a question without a place is asked again in the next round.
 */
public final class HazelcastPeerCopies implements PeerCopies {

    private static final Logger log = LoggerFactory.getLogger(HazelcastPeerCopies.class);

    private static final String NAME = "discovery-copies";
    private static final int WAITING_QUESTIONS = 64;
    /** Maximum time for all digests: a healthy member answers at once, and another must not keep the others waiting. */
    private static final Duration DIGESTS_PATIENCE = Duration.ofSeconds(1);
    /**
     * Maximum time for each answer: a peer that merges and moves many partitions has little processor time left for
     * questions.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /**
     * Maximum number of questions to each peer at once: the peer looks up one answer while others travel. An answer has
     * some MB at most.
     */
    private static final int QUESTIONS_AT_ONCE = 4;
    /** Number of missed answers after which a peer is asked no more in a round; a busy one may miss some. */
    private static final int MISSED_ANSWERS = 2;

    private final HazelcastInstance hazelcast;

    /** Makes this member answer its peers' questions from {@code copy}. */
    public HazelcastPeerCopies(HazelcastInstance hazelcast, ReadCopy copy) {
        this.hazelcast = hazelcast;
        hazelcast.getUserContext().put(NAME, copy);
    }

    static void configure(Config config) {
        config.addExecutorConfig(new ExecutorConfig(NAME, 1).setQueueCapacity(WAITING_QUESTIONS));
    }

    /** Returns the copy of the member that is asked; empty before it has one. */
    static Optional<ReadCopy> copyOf(@Nullable HazelcastInstance asked) {
        Object copy = asked == null ? null : asked.getUserContext().get(NAME);
        return Optional.ofNullable((ReadCopy) copy);
    }

    @Override
    public int count() {
        return hazelcast.getCluster().getMembers().size() - 1;
    }

    @Override
    public Map<String, long[]> digests(Comparison comparison) {
        long deadline = System.nanoTime() + DIGESTS_PATIENCE.toNanos();
        Map<String, Future<long[]>> questions = new HashMap<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            if (!member.localMember()) {
                ask(member, new PeerQuestion.Digests(comparison))
                        .ifPresent(answer -> questions.put(id(member), answer));
            }
        }
        Map<String, long[]> digests = new HashMap<>();
        questions.forEach((peer, answer) -> await(peer, answer, deadline).ifPresent(sums -> digests.put(peer, sums)));
        return digests;
    }

    @Override
    public List<Answer> differing(Comparison comparison, List<Question> questions) {
        List<Answer> answers = new ArrayList<>();
        Map<String, Integer> missed = new HashMap<>();
        Deque<Asked> asked = new ArrayDeque<>();
        int most = QUESTIONS_AT_ONCE * Math.max(1, count());
        for (Question question : questions) {
            if (asked.size() == most) {
                await(asked.remove(), missed).ifPresent(answers::add);
            }
            if (!isSilent(question.peer(), missed)) {
                ask(comparison, question).ifPresent(asked::add);
            }
        }
        asked.forEach(last -> await(last, missed).ifPresent(answers::add));
        return answers;
    }

    private record Asked(String peer, Future<PeerQuestion.Copies> answer) {}

    private static boolean isSilent(String peer, Map<String, Integer> missed) {
        return missed.getOrDefault(peer, 0) >= MISSED_ANSWERS;
    }

    private Optional<Asked> ask(Comparison comparison, Question question) {
        long[] known = question.known().stream().mapToLong(Long::longValue).toArray();
        return member(question.peer())
                .flatMap(member -> ask(member, new PeerQuestion.Differing(comparison, question.buckets(), known)))
                .map(answer -> new Asked(question.peer(), answer));
    }

    /**
     * Awaits an answer. An answer of a peer that has fallen silent meanwhile is taken if it is there, and not waited
     * for.
     */
    private static Optional<Answer> await(Asked asked, Map<String, Integer> missed) {
        long patience = isSilent(asked.peer(), missed) ? 0 : PATIENCE.toNanos();
        Optional<PeerQuestion.Copies> copies = await(asked.peer(), asked.answer(), System.nanoTime() + patience);
        if (copies.isEmpty()) {
            missed.merge(asked.peer(), 1, Integer::sum);
        }
        return copies.map(told -> new Answer(asked.peer(), told.list(), told.isWhole()));
    }

    private Optional<Member> member(String peer) {
        return hazelcast.getCluster().getMembers().stream()
                .filter(member -> id(member).equals(peer))
                .findFirst();
    }

    private static String id(Member member) {
        return member.getUuid().toString();
    }

    private <T> Optional<Future<T>> ask(Member member, Callable<T> question) {
        try {
            return Optional.of(hazelcast.getExecutorService(NAME).submitToMember(question, member));
        } catch (HazelcastException | HazelcastInstanceNotActiveException | RejectedExecutionException gone) {
            log.debug("{} cannot be asked for its copy: {}", id(member), gone.toString());
            return Optional.empty();
        }
    }

    private static <T> Optional<T> await(String peer, Future<T> answer, long deadlineNanos) {
        try {
            return Optional.ofNullable(
                    answer.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS));
        } catch (ExecutionException | TimeoutException | HazelcastException silent) {
            // Not cancelled: a cancellation is one more call to a peer that does not answer, and the question is small.
            log.debug("{} does not answer a question about its copy: {}", peer, silent.toString());
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
