package io.discovery.auth;

import io.discovery.auth.AuthException.TooManyChecks;
import io.discovery.process.FairTasks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for proofs of one kind that take long to check. Addresses take turns, so a client that sends many delays no
 * client elsewhere by more than one check. A check whose client has gone is not made. Thread-safe.
 */
public final class ProofChecks {

    private static final Logger log = LoggerFactory.getLogger(ProofChecks.class);

    private final Vertx vertx;
    private final FairTasks tasks;
    private final int most;
    private final int mostOfAddress;
    private final AtomicInteger waiting = new AtomicInteger();
    private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    private ProofChecks(Vertx vertx, String name, int most, int mostOfAddress) {
        this.vertx = vertx;
        this.tasks = new FairTasks(name);
        this.most = most;
        this.mostOfAddress = mostOfAddress;
    }

    /** Returns the thread for passwords, each of which takes a tenth of a second or more. */
    public static ProofChecks ofPasswords(Vertx vertx) {
        return new ProofChecks(vertx, "discovery-passwords", 200, 20);
    }

    /** Returns the thread for JWTs, each of which takes some milliseconds at most. */
    public static ProofChecks ofTokens(Vertx vertx) {
        return new ProofChecks(vertx, "discovery-jwts", 4_000, 1_000);
    }

    /**
     * Runs a check when its turn comes. The future completes on the context of the caller; it fails with
     * {@link TooManyChecks} if too many of its address wait, or of all, or if its client has gone.
     */
    <T> Future<T> run(ClientSource client, Callable<T> check) {
        String address = client.network();
        int all = waiting.incrementAndGet();
        int ofAddress = byAddress.merge(address, 1, Integer::sum);
        if (all > most || ofAddress > mostOfAddress) {
            leave(address);
            return Future.failedFuture(new TooManyChecks());
        }
        Context context = vertx.getOrCreateContext();
        Promise<T> checked = Promise.promise();
        tasks.add(address, () -> {
            Future<T> result = client.isGone() ? Future.failedFuture(new TooManyChecks()) : made(check);
            leave(address);
            try {
                context.runOnContext(now -> result.onComplete(checked));
            } catch (RejectedExecutionException stopped) {
                log.debug("a proof was checked for a client whose event loop has ended: {}", stopped.toString());
            }
        });
        return checked.future();
    }

    private static <T> Future<T> made(Callable<T> check) {
        try {
            return Future.succeededFuture(check.call());
        } catch (Exception refused) {
            return Future.failedFuture(refused);
        }
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
