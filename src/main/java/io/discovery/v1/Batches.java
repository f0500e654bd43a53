package io.discovery.v1;

import io.discovery.http.Response;
import io.discovery.model.RegistryException.Overloaded;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Responses that take long to make. A worker makes one batch at a time: all that were asked for while it made the batch
 * before, each once. So many questions take no more than one worker, and a response is never older than its question.
 * Thread-safe.
 *
 * @param <Q> a question; equal questions share a response
 */
final class Batches<Q> {

    /** Maximum number of different questions that wait. */
    static final int MOST = 1_000;

    private final WorkerExecutor workers;
    private final Function<Set<Q>, Map<Q, Response>> maker;
    private Map<Q, Promise<Response>> waiting = new LinkedHashMap<>();
    private boolean isUnderWay;

    /** @param maker may block; has a response for each question */
    Batches(WorkerExecutor workers, Function<Set<Q>, Map<Q, Response>> maker) {
        this.workers = workers;
        this.maker = maker;
    }

    /** Returns the response, which completes on any thread; fails if it could not be made, or if too many wait. */
    synchronized Future<Response> ask(Q question) {
        Promise<Response> asked = waiting.get(question);
        if (asked == null) {
            if (waiting.size() >= MOST) {
                return Future.failedFuture(new Overloaded(MOST + " such requests wait; send it again"));
            }
            asked = Promise.promise();
            waiting.put(question, asked);
            if (!isUnderWay) {
                begin();
            }
        }
        return asked.future();
    }

    private void begin() {
        Map<Q, Promise<Response>> batch = waiting;
        waiting = new LinkedHashMap<>();
        isUnderWay = true;
        make(batch.keySet()).onComplete(made -> end(batch, made));
    }

    /** Makes a batch; also fails if the workers have ended, which Vert.x throws. */
    private Future<Map<Q, Response>> make(Set<Q> questions) {
        try {
            return workers.executeBlocking(() -> maker.apply(questions), false);
        } catch (RuntimeException closed) {
            return Future.failedFuture(closed);
        }
    }

    private void end(Map<Q, Promise<Response>> batch, AsyncResult<Map<Q, Response>> made) {
        synchronized (this) {
            isUnderWay = false;
            if (!waiting.isEmpty()) {
                begin();
            }
        }
        batch.forEach((question, promise) -> promise.handle(made.map(all -> all.get(question))));
    }
}
