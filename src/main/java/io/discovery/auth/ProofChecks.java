package io.discovery.auth;

import io.discovery.auth.AuthException.TooManyChecks;
import io.discovery.process.FairTasks;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for proofs of one kind that take long to check. Addresses take turns, so a client that sends many delays no
 * client elsewhere by more than one check, and shares its places with them when all are taken. A check whose client has
 * gone is not made, nor one that has waited for {@link #LONGEST_WAIT}. Thread-safe.
 */
public final class ProofChecks {

    /** Shorter than the time that a connection has for a request's body, which waits for the check. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

    private static final Logger log = LoggerFactory.getLogger(ProofChecks.class);

    private final Vertx vertx;
    private final FairTasks tasks;
    private final int most;
    private final int mostOfAddress;
    /** The checks that wait or run, by address, the earliest first. */
    private final Map<String, Set<Check<?>>> byAddress = new LinkedHashMap<>();

    private int all;

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
     * {@link TooManyChecks} if too many of its address wait, or of all, or if it has waited too long, or its client has
     * gone.
     */
    <T> Future<T> run(ClientSource client, Callable<T> made) {
        Check<T> check = new Check<>(client, made, vertx.getOrCreateContext());
        if (!enter(check)) {
            return Future.failedFuture(new TooManyChecks());
        }
        boolean isAdded = false;
        try {
            check.await(tasks.add(check.address, check::make));
            isAdded = true;
            return check.result.future();
        } finally {
            if (!isAdded) {
                leave(check);
            }
        }
    }

    private synchronized boolean enter(Check<?> check) {
        int ofAddress = byAddress.getOrDefault(check.address, Set.of()).size();
        if (ofAddress >= mostOfAddress || all >= most && !endOneOfMoreThan(ofAddress + 1)) {
            return false;
        }
        all++;
        byAddress.computeIfAbsent(check.address, first -> new LinkedHashSet<>()).add(check);
        return true;
    }

    /** Ends the earliest check of the address with most, if it has more than {@code few}; returns whether it did. */
    private boolean endOneOfMoreThan(int few) {
        return byAddress.values().stream()
                .max(Comparator.comparingInt(Collection::size))
                .filter(checks -> checks.size() > few)
                .stream()
                .flatMap(checks -> List.copyOf(checks).stream())
                .anyMatch(Check::giveUp);
    }

    private synchronized void leave(Check<?> check) {
        Set<Check<?>> ofAddress = byAddress.get(check.address);
        if (ofAddress != null && ofAddress.remove(check)) {
            all--;
            if (ofAddress.isEmpty()) {
                byAddress.remove(check.address);
            }
        }
    }

    /** Returns the number of checks that wait or run. */
    public synchronized int waiting() {
        return all;
    }

    /** A check from its request to its result. */
    private final class Check<T> {

        private final ClientSource client;
        private final String address;
        private final Callable<T> made;
        private final Context context;
        private final Promise<T> result = Promise.promise();
        /** Set when the check begins, or ends before. */
        private final AtomicBoolean isDecided = new AtomicBoolean();

        private volatile FairTasks.@Nullable Task turn;

        Check(ClientSource client, Callable<T> made, Context context) {
            this.client = client;
            this.address = client.network();
            this.made = made;
            this.context = context;
        }

        void await(FairTasks.Task task) {
            turn = task;
            long timer = vertx.setTimer(LONGEST_WAIT.toMillis(), late -> giveUp());
            result.future().onComplete(done -> vertx.cancelTimer(timer));
            if (isDecided.get()) {
                task.cancel();
            }
        }

        /** Makes the check, on the thread of all checks. */
        void make() {
            if (!isDecided.compareAndSet(false, true)) {
                return;
            }
            Future<T> outcome;
            try {
                outcome = client.isGone()
                        ? Future.failedFuture(new TooManyChecks())
                        : Future.succeededFuture(made.call());
            } catch (Exception | LinkageError refused) {
                // An error too: a class is missing if the jar was replaced meanwhile.
                outcome = Future.failedFuture(refused);
            }
            end(outcome);
        }

        /** Ends the check if it has not begun; returns whether it did. From any thread. */
        boolean giveUp() {
            if (!isDecided.compareAndSet(false, true)) {
                return false;
            }
            FairTasks.Task task = turn;
            if (task != null) {
                task.cancel();
            }
            end(Future.failedFuture(new TooManyChecks()));
            return true;
        }

        private void end(Future<T> outcome) {
            leave(this);
            try {
                context.runOnContext(now -> outcome.onComplete(result));
            } catch (RejectedExecutionException stopped) {
                log.debug("a proof was checked for a client whose event loop has ended: {}", stopped.toString());
            }
        }
    }
}
