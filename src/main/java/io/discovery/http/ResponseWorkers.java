package io.discovery.http;

import io.discovery.memory.CacheBudget;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/**
 * Worker threads for parts of responses that take long: compression, large bodies, responses that many requests share.
 */
public final class ResponseWorkers {

    private final Vertx vertx;
    private final WorkerExecutor executor;
    private final CacheBudget budget;

    /** Creates workers for responses that clients wait for in the course of their work. */
    public ResponseWorkers(Vertx vertx, int threads, CacheBudget budget) {
        this(vertx, "discovery-workers", threads, budget);
    }

    /**
     * @param name of the threads; workers of another name have threads of their own
     * @param budget memory for responses that are kept
     */
    public ResponseWorkers(Vertx vertx, String name, int threads, CacheBudget budget) {
        this.vertx = vertx;
        this.executor = vertx.createSharedWorkerExecutor(name, threads);
        this.budget = budget;
    }

    /** Returns a response that a worker makes for all requests that wait for it. */
    public SharedResponse shared(Callable<SharedResponse.Made> maker) {
        return new SharedResponse(vertx, executor, maker, budget, System::nanoTime);
    }

    public Vertx vertx() {
        return vertx;
    }

    public WorkerExecutor executor() {
        return executor;
    }

    public CacheBudget budget() {
        return budget;
    }
}
