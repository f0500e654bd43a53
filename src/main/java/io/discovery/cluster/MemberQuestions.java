package io.discovery.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question to members, which each of them answers on threads that it has for such questions. A member that is
 * frozen, gone, or of a version without an answer costs the asking thread a second, and is not asked again while it
 * still owes an answer. Thread-safe.
 *
 * @param <T> an answer, of a class that members have a format for
 */
final class MemberQuestions<T> {

    private static final Logger log = LoggerFactory.getLogger(MemberQuestions.class);
    private static final int WAITING_QUESTIONS = 64;
    /** Maximum time for all answers: a healthy member answers at once, and another must not keep the others waiting. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HazelcastInstance hazelcast;
    private final String executor;
    private final Callable<T> question;
    /** Answers that are still to come, by the id of the member. */
    private final Map<String, Future<T>> open = new ConcurrentHashMap<>();

    /** @param executor as given to {@link #configure} */
    MemberQuestions(HazelcastInstance hazelcast, String executor, Callable<T> question) {
        this.hazelcast = hazelcast;
        this.executor = executor;
        this.question = question;
    }

    /** Gives members threads for the questions of an executor. */
    static void configure(Config config, String executor, int threads) {
        config.addExecutorConfig(new ExecutorConfig(executor, threads).setQueueCapacity(WAITING_QUESTIONS));
    }

    /** Returns the answers in time by the ids of the members, oldest first. Blocks while members answer. */
    Map<String, T> ask(Predicate<Member> whom) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        Map<String, Future<T>> asked = new LinkedHashMap<>();
        for (Member member : hazelcast.getCluster().getMembers()) {
            Future<T> answer = whom.test(member) ? ask(member) : null;
            if (answer != null) {
                asked.put(id(member), answer);
            }
        }
        open.keySet().retainAll(asked.keySet());
        Map<String, T> answers = new LinkedHashMap<>();
        asked.forEach((id, future) -> {
            T answer = await(id, future, deadline);
            if (answer != null) {
                answers.put(id, answer);
            }
        });
        return answers;
    }

    private @Nullable Future<T> ask(Member member) {
        Future<T> before = open.get(id(member));
        if (before != null && !before.isDone()) {
            return before;
        }
        try {
            Future<T> answer = hazelcast.getExecutorService(executor).submitToMember(question, member);
            open.put(id(member), answer);
            return answer;
        } catch (HazelcastException | HazelcastInstanceNotActiveException | RejectedExecutionException gone) {
            log.debug("{} cannot be asked for {}: {}", member.getAddress(), executor, gone.toString());
            return null;
        }
    }

    private @Nullable T await(String id, Future<T> answer, long deadlineNanos) {
        try {
            T told = answer.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            open.remove(id, answer);
            return told;
        } catch (ExecutionException | HazelcastException failed) {
            open.remove(id, answer);
            log.debug("{} does not answer {}: {}", id, executor, failed.toString());
            return null;
        } catch (TimeoutException silent) {
            // Not cancelled: a cancellation asks the silent member as well, waits for it, and throws.
            log.debug("{} has yet to answer {}", id, executor);
            return null;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static String id(Member member) {
        return member.getUuid().toString();
    }
}
