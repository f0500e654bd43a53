package io.discovery.faults;

import io.discovery.history.History;
import io.discovery.history.History.Knowledge;
import io.discovery.history.Promise;
import io.discovery.history.Violation;
import io.discovery.testing.TestClient;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The wait until all members show the same, and are one cluster again: halves whose leases have ended meanwhile show the same
 * too. From then on members know of all that was acknowledged before it began.
 */
final class Settlement {

    private static final Duration GIVE_UP = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final int READERS = 6;

    private final FaultyCluster cluster;
    private final Fleet fleet;
    private final History history;
    private final boolean leasesEnd;
    private final Duration convergence;
    private Duration longest = Duration.ZERO;

    /**
     * @param leasesEnd whether leases end within the wait. Members then show the same of each service at some time, but of
     *     all at once only when nothing is listed any more
     * @param convergence the longest time from healing until all members show the same
     */
    Settlement(FaultyCluster cluster, Fleet fleet, History history, boolean leasesEnd, Duration convergence) {
        this.convergence = convergence;
        this.leasesEnd = leasesEnd;
        this.cluster = cluster;
        this.fleet = fleet;
        this.history = history;
    }

    /** Waits until members are equal and one cluster, and returns the violation if that takes too long. */
    Optional<Violation> await() {
        long quiet = System.nanoTime();
        boolean equal = awaitEqual(fleet.named()) && awaitWhole(quiet);
        long settled = System.nanoTime();
        Duration took = Duration.ofNanos(settled - quiet);
        String outcome = (equal ? "equal" : "not equal") + " after " + took.toMillis() + " ms";
        history.event(outcome);
        longest = took.compareTo(longest) > 0 ? took : longest;
        if (equal) {
            cluster.present().forEach(n -> history.add(new Knowledge(n, settled, quiet)));
        }
        return equal && took.compareTo(convergence) <= 0
                ? Optional.empty()
                : Optional.of(new Violation(
                        Promise.MEMBERS_ARE_EQUAL_AFTER_HEALING, history.millis(settled) + " " + outcome));
    }

    /** Returns the longest wait so far. */
    Duration longest() {
        return longest;
    }

    /** Returns true if all members show the same of every service at once, byte for byte, before the deadline. */
    private boolean awaitEqual(List<String> services) {
        long begin = System.nanoTime();
        boolean isTold = false;
        List<String> different = services;
        while (!different.isEmpty() && System.nanoTime() - begin < GIVE_UP.toNanos()) {
            different = different(different);
            if (!different.isEmpty() && !isTold && System.nanoTime() - begin > convergence.toNanos()) {
                tell(different);
                isTold = true;
            }
            if (different.isEmpty() && !leasesEnd) {
                // Once more all together: what was equal early may have changed since.
                different = different(services);
            }
        }
        return different.isEmpty();
    }

    private boolean awaitWhole(long begin) {
        boolean whole = cluster.isWhole();
        while (!whole && System.nanoTime() - begin < GIVE_UP.toNanos()) {
            Pause.of(LOOK);
            whole = cluster.isWhole();
        }
        return whole;
    }

    /** Notes what members show of services that they should show alike by now. */
    private void tell(List<String> different) {
        history.event(different.size() + " services differ: " + different);
        cluster.present()
                .forEach(n -> history.event("member " + n + " shows " + body(cluster.client(n), different.get(0))));
    }

    /** Reads several services at a time: one after the other would take longer than the state to find. */
    private List<String> different(List<String> services) {
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        try {
            Map<String, CompletableFuture<Boolean>> equal = new LinkedHashMap<>();
            services.forEach(
                    service -> equal.put(service, CompletableFuture.supplyAsync(() -> isEqual(service), readers)));
            return services.stream()
                    .filter(service ->
                            !Objects.requireNonNull(equal.get(service)).join())
                    .toList();
        } finally {
            readers.shutdownNow();
        }
    }

    private boolean isEqual(String service) {
        List<String> bodies = cluster.present().stream()
                .map(n -> body(cluster.client(n), service))
                .distinct()
                .toList();
        return bodies.size() == 1 && !bodies.get(0).isEmpty();
    }

    private static String body(TestClient client, String service) {
        try {
            var answer = client.get("/v1/registration/" + service);
            return answer.statusCode() == 200
                    ? answer.headers().firstValue("ETag")
                            + answer.headers().firstValue("X-Discovery-Index").orElse("")
                            + answer.body()
                    : "";
        } catch (UncheckedIOException broken) {
            return "";
        }
    }
}
