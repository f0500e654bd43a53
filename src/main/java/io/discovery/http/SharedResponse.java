package io.discovery.http;

import io.discovery.memory.CacheBudget;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A response that takes long to make and that many requests may want at once. A worker makes one at a time, and all
 * requests that wait for it get the same bytes, which count once while clients do not read them.
 *
 * <p>No response is older than its request, unless it is still current: a request gets the last response while that is
 * current, else one whose making begins after the request. So a client reads what this member has acknowledged to it
 * before. Makings begin {@link #APART} from each other, however much changes: a request may wait as long.
 *
 * <p>Thread-safe.
 */
public final class SharedResponse {

    /** The time from the beginning of one making to that of the next. */
    static final Duration APART = Duration.ofMillis(100);

    private final Vertx vertx;
    private final WorkerExecutor workers;
    private final Callable<Made> maker;
    private final LongSupplier nanoTime;
    private final CacheBudget budget;
    /** The last response, while it is current and there is room for it. */
    private final AtomicReference<@Nullable Kept> last = new AtomicReference<>();
    /** Promise to all requests since the last making began; null if there are none. */
    private @Nullable Promise<Response> next;

    private boolean isUnderWay;
    private long mayBeginAt;

    /**
     * A response as it was made.
     *
     * @param isCurrent whether one that is made now would be the same
     */
    public record Made(Response response, BooleanSupplier isCurrent) {}

    private final class Kept {

        private final Made made;
        private final CacheBudget.Entry place;

        private Kept(Made made) {
            this.made = made;
            this.place = budget.entry(() -> last.compareAndSet(this, null));
        }
    }

    /**
     * @param workers threads for the making
     * @param maker may block; never runs twice at once
     * @param budget memory for the last response
     */
    SharedResponse(
            Vertx vertx, WorkerExecutor workers, Callable<Made> maker, CacheBudget budget, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.workers = workers;
        this.maker = maker;
        this.budget = budget;
        this.nanoTime = nanoTime;
        this.mayBeginAt = nanoTime.getAsLong();
    }

    /** Returns the response, which completes on any thread; fails if it could not be made. */
    public Future<Response> ask() {
        Kept known = last.get();
        if (known != null && known.made.isCurrent.getAsBoolean()) {
            known.place.use();
            return Future.succeededFuture(known.made.response);
        }
        return next();
    }

    private synchronized Future<Response> next() {
        Promise<Response> awaited = next;
        if (awaited == null) {
            awaited = Promise.promise();
            next = awaited;
            if (!isUnderWay) {
                isUnderWay = true;
                beginInTime();
            }
        }
        return awaited.future();
    }

    private void beginInTime() {
        long millis = TimeUnit.NANOSECONDS.toMillis(mayBeginAt - nanoTime.getAsLong());
        if (millis > 0) {
            vertx.setTimer(millis, now -> begin());
        } else {
            begin();
        }
    }

    private synchronized void begin() {
        Promise<Response> awaited = next;
        next = null;
        // Before the next is made: both may be large.
        keep(null);
        mayBeginAt = nanoTime.getAsLong() + APART.toNanos();
        make().onComplete(made -> end(made, awaited));
    }

    /**
     * Makes one; also fails if the workers have ended, which Vert.x throws: else later requests would wait for ever.
     */
    private Future<Made> make() {
        try {
            return workers.executeBlocking(maker, false);
        } catch (RuntimeException closed) {
            return Future.failedFuture(closed);
        }
    }

    private void end(AsyncResult<Made> made, @Nullable Promise<Response> awaited) {
        synchronized (this) {
            if (made.succeeded() && made.result().isCurrent.getAsBoolean()) {
                keep(new Kept(made.result()));
            }
            isUnderWay = next != null;
            if (isUnderWay) {
                beginInTime();
            }
        }
        if (awaited != null) {
            awaited.handle(made.map(Made::response));
        }
    }

    private void keep(@Nullable Kept made) {
        Kept before = last.getAndSet(made);
        if (before != null) {
            before.place.release();
        }
        if (made != null) {
            made.place.keep(made.made.response.body().length());
        }
    }
}
