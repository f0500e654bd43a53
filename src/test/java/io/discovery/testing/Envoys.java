package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Real Envoys beside each other, one for each way in which an Envoy can ask a member. */
public final class Envoys implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(10);

    /** A way in which an Envoy learns of changes, with the file for it. */
    public enum Way {
        GRPC("eds-grpc.yaml"),
        DELTA("eds-delta.yaml"),
        ADS("ads.yaml"),
        /** The file {@code ads.yaml} with the one change that its comment names. */
        DELTA_ADS("ads.yaml"),
        REST("eds-rest.yaml");

        private final String file;

        Way(String file) {
            this.file = file;
        }

        private Envoy start(List<Integer> members) {
            return Envoy.start(file, members, this::change);
        }

        private String change(String text) {
            return switch (this) {
                case DELTA_ADS -> replace(text, "api_type: GRPC", "api_type: DELTA_GRPC");
                // Tests need not wait for what is asked for once a second.
                case REST -> replace(text, "refresh_delay: 1s", "refresh_delay: 0.2s");
                default -> text;
            };
        }

        private static String replace(String text, String from, String to) {
            assertThat(text).contains(from);
            return text.replace(from, to);
        }
    }

    /** Returns the Envoys that hold a stream on which a member pushes changes. */
    public static final Set<Way> STREAMS = EnumSet.complementOf(EnumSet.of(Way.REST));

    private final Map<Way, Envoy> envoys = Collections.synchronizedMap(new EnumMap<>(Way.class));

    private Envoys() {}

    /** Starts one Envoy of each kind, all at once, before the members at these ports. */
    public static Envoys start(List<Integer> members) {
        Envoys all = new Envoys();
        try {
            inParallel(Set.of(Way.values()), way -> all.envoys.put(way, way.start(members)));
        } catch (RuntimeException | Error failed) {
            all.close();
            throw failed;
        }
        return all;
    }

    public Collection<Envoy> all() {
        return envoys.values();
    }

    /** Checks all Envoys at the same time. A failure names the Envoy. */
    public void each(Consumer<Envoy> check) {
        inParallel(envoys.keySet(), way -> {
            Envoy envoy = get(way);
            try {
                check.accept(envoy);
            } catch (AssertionError failed) {
                throw new AssertionError(way + ": " + failed.getMessage() + "\n" + envoy.log(), failed);
            }
        });
    }

    /**
     * Waits for all results.
     *
     * @throws AssertionError with the failure of one of them
     */
    private static void inParallel(Collection<Way> ways, Consumer<Way> task) {
        List<CompletableFuture<Void>> tasks = ways.stream()
                .map(way -> CompletableFuture.runAsync(
                        () -> task.accept(way), command -> new Thread(command, "envoy-" + way).start()))
                .toList();
        CompletableFuture<Void> all = CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new));
        try {
            all.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof AssertionError assertion) {
                throw assertion;
            }
            throw failed;
        }
    }

    /** Waits until a condition holds for each Envoy, and tells how long each took. */
    public Map<Way, Duration> await(Set<Way> ways, Predicate<Envoy> condition) {
        long begin = System.nanoTime();
        Map<Way, Duration> took = new EnumMap<>(Way.class);
        Set<Way> pending = EnumSet.copyOf(ways);
        while (!pending.isEmpty()) {
            for (Way way : Set.copyOf(pending)) {
                if (condition.test(get(way))) {
                    took.put(way, Duration.ofNanos(System.nanoTime() - begin));
                    pending.remove(way);
                }
            }
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                break;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        if (!pending.isEmpty()) {
            throw new AssertionError(pending + " still not after " + PATIENCE + "; the first one's log: "
                    + get(pending.iterator().next()).log());
        }
        return took;
    }

    public Map<Way, Duration> await(Predicate<Envoy> condition) {
        return await(envoys.keySet(), condition);
    }

    private Envoy get(Way way) {
        Envoy envoy = envoys.get(way);
        if (envoy == null) {
            throw new AssertionError("no Envoy for " + way);
        }
        return envoy;
    }

    @Override
    public void close() {
        envoys.values().forEach(Envoy::close);
    }
}
