package io.discovery.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A question to all members that blocks and that many callers may ask at once. At most one question is under way, and
 * its answer serves for a second, unless its subject has changed: so callers that ask often, or leave before there is
 * an answer, cost nothing more. Thread-safe.
 */
final class SharedQuestion {

    /** Time for which one answer serves. */
    static final Duration KEPT = Duration.ofSeconds(1);
    /** Time after which a question without an answer counts as answered with no. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Vertx blocking;
    private final Callable<Boolean> question;
    private final Supplier<?> subject;
    private final LongSupplier nanoTime;
    private boolean isUnderWay;
    private @Nullable Answer last;

    /** An answer, which may still be to come. */
    private record Answer(Object about, long askedAt, Future<Boolean> future) {}

    /**
     * @param question blocks
     * @param subject an answer about one subject does not serve an unequal one
     */
    SharedQuestion(Vertx blocking, Callable<Boolean> question, Supplier<?> subject, LongSupplier nanoTime) {
        this.blocking = blocking;
        this.question = question;
        this.subject = subject;
        this.nanoTime = nanoTime;
    }

    /** Returns the answer; never fails; false also if there is no answer in time. */
    synchronized Future<Boolean> ask() {
        Object about = subject.get();
        long now = nanoTime.getAsLong();
        Answer known = last;
        if (known != null && known.about.equals(about) && now - known.askedAt < KEPT.toNanos()) {
            return known.future;
        }
        if (isUnderWay) {
            // The members have been silent for longer than any caller waits, or the question is about other members
            // than those of now.
            return known != null && !known.future.isComplete() ? known.future : Future.succeededFuture(false);
        }
        isUnderWay = true;
        Future<Boolean> asked = blocking.executeBlocking(question, false);
        asked.onComplete(answered -> ended());
        Future<Boolean> inTime =
                asked.timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).otherwise(false);
        last = new Answer(about, now, inTime);
        return inTime;
    }

    private synchronized void ended() {
        isUnderWay = false;
    }
}
