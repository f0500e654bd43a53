package io.discovery.changes;

import io.discovery.directory.Readiness;
import io.discovery.http.Response;
import io.discovery.model.RegistryException.Overloaded;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The lists that clients ask for. Workers make them, since each is a look at all changes: an event loop would serve no
 * other client meanwhile. Thread-safe.
 */
final class ChangeLists {

    /** Maximum number of lists that are being made or wait for a worker. */
    static final int MOST = 100;

    private final WorkerExecutor workers;
    private final ChangeRecorder recorder;
    private final Readiness readiness;
    private final AtomicInteger waiting = new AtomicInteger();

    ChangeLists(WorkerExecutor workers, ChangeRecorder recorder, Readiness readiness) {
        this.workers = workers;
        this.recorder = recorder;
        this.readiness = readiness;
    }

    /** Returns a list, which completes on any thread; fails if reads are refused, or if too many wait. */
    Future<Response> ask(ChangeQuery query) {
        readiness.requireReads();
        if (waiting.incrementAndGet() > MOST) {
            waiting.decrementAndGet();
            return Future.failedFuture(new Overloaded(MOST + " such requests wait; send it again"));
        }
        return made(query).onComplete(done -> waiting.decrementAndGet());
    }

    /** Makes a list; also fails if the workers have ended, which Vert.x throws. */
    private Future<Response> made(ChangeQuery query) {
        try {
            return workers.executeBlocking(() -> make(query), false);
        } catch (RuntimeException closed) {
            return Future.failedFuture(closed);
        }
    }

    private Response make(ChangeQuery query) {
        return Response.ok(Response.wrapped(
                readiness.read(() -> ChangeList.render(recorder.ring(), query, recorder.knownSince()))));
    }
}
