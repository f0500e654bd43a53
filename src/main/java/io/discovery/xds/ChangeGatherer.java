package io.discovery.xds;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The changed services of a stream, gathered until there was no change for {@link #QUIET}, or for {@link #LONGEST}
 * after the first. Confined to the event loop of the stream.
 */
final class ChangeGatherer {

    static final Duration QUIET = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofMillis(400);

    /** Bytes that the name of a changed service takes until the protocol handles the change. */
    private static final long CHANGE = 64;

    private final Vertx vertx;
    private final MemoryShare memory;
    private final Consumer<Set<String>> listener;
    private Set<String> changes = new LinkedHashSet<>();
    private long lastChange;
    private boolean isClosed;

    /**
     * @param memory the stream's, which counts names until they are handed over
     * @param listener to the names of changed services
     */
    ChangeGatherer(Vertx vertx, MemoryShare memory, Consumer<Set<String>> listener) {
        this.vertx = vertx;
        this.memory = memory;
        this.listener = listener;
    }

    /** Gathers a change. */
    void add(String service) {
        lastChange = System.nanoTime();
        boolean isFirst = changes.isEmpty();
        if (changes.add(service)) {
            memory.take(CHANGE);
        }
        if (isFirst) {
            await(lastChange);
        }
    }

    private void await(long first) {
        if (isClosed) {
            return;
        }
        long now = System.nanoTime();
        long quiet = QUIET.toNanos() - (now - lastChange);
        long longest = LONGEST.toNanos() - (now - first);
        long rest = Math.min(quiet, longest);
        if (rest <= 0) {
            handOver();
        } else {
            vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(rest)), due -> await(first));
        }
    }

    private void handOver() {
        Set<String> services = changes;
        changes = new LinkedHashSet<>();
        memory.leave(CHANGE * services.size());
        listener.accept(services);
    }

    /** Drops the changes that are being gathered, and all later ones. */
    void close() {
        isClosed = true;
    }
}
