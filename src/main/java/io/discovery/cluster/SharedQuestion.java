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
 * A question to all members that blocks and that many may ask at once. It is put once at a time, and the answer is kept for a
 * second, unless what it is about has changed: so whoever asks often, or leaves before there is an answer, costs nothing more.
 * Safe for all threads.
 */
final class SharedQuestion {

    /** How long one answer serves. */
    static final Duration KEPT = Duration.ofSeconds(1);
    /** What is not answered in this time is answered with no. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Vertx blocking;
    private final Callable<Boolean> question;
    private final Supplier<?> subject;
    private final LongSupplier nanoTime;
    private boolean isUnderWay;
    private @Nullable Answer last;

    /** An answer, or the way to it. */
    private record Answer(Object about, long askedAt, Future<Boolean> future) {}

    /**
     * @param question blocks
     * @param subject an answer about another than an equal one is not kept
     */
    SharedQuestion(Vertx blocking, Callable<Boolean> question, Supplier<?> subject, LongSupplier nanoTime) {
        this.blocking = blocking;
        this.question = question;
        this.subject = subject;
        this.nanoTime = nanoTime;
    }

    /** Never fails; false, too, if there is no answer in time. */
    synchronized Future<Boolean> ask() {
        Object about = subject.get();
        long now = nanoTime.getAsLong();
        Answer known = last;
        if (known != null && known.about.equals(about) && now - known.askedAt < KEPT.toNanos()) {
            return known.future;
        }
        if (isUnderWay) {
            // The members have not told for longer than anybody waits, or it is about others than are here now.
            return known != null && !known.future.isComplete() ? known.future : Future.succeededFuture(false);
        }
        isUnderWay = true;
        Future<Boolean> asked = blocking.executeBlocking(question, false);
        asked.onComplete(answered -> over());
        Future<Boolean> inTime =
                asked.timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).otherwise(false);
        last = new Answer(about, now, inTime);
        return inTime;
    }

    private synchronized void over() {
        isUnderWay = false;
    }
}
