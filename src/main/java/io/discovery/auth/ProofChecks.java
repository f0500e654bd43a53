package io.discovery.auth;

import io.discovery.auth.AuthException.TooManyChecks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A thread for proofs that take long to check. It checks one after the other, so clients that send many leave the other
 * processors alone; a limit for each address leaves room for clients at other addresses. Thread-safe.
 */
public final class ProofChecks {

    private static final int MOST = 200;
    private static final int MOST_OF_ADDRESS = 20;
    private static final int ONE_AT_A_TIME = 1;

    private final WorkerExecutor worker;
    private final AtomicInteger waiting = new AtomicInteger();
    private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    public ProofChecks(Vertx vertx) {
        this.worker = vertx.createSharedWorkerExecutor("discovery-proofs", ONE_AT_A_TIME);
    }

    /**
     * Runs a check when its turn comes. The future completes on the context of the caller.
     *
     * @param address of the client; fails with {@link TooManyChecks} if too many of it wait, or of all
     */
    <T> Future<T> run(String address, Callable<T> check) {
        int all = waiting.incrementAndGet();
        int ofAddress = byAddress.merge(address, 1, Integer::sum);
        if (all > MOST || ofAddress > MOST_OF_ADDRESS) {
            leave(address);
            return Future.failedFuture(new TooManyChecks());
        }
        return worker.executeBlocking(check, false).onComplete(done -> leave(address));
    }

    private void leave(String address) {
        waiting.decrementAndGet();
        byAddress.computeIfPresent(address, (same, count) -> count > 1 ? count - 1 : null);
    }

    /** Returns the number of checks that wait or run. */
    public int waiting() {
        return waiting.get();
    }
}
