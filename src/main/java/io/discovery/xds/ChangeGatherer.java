package io.discovery.xds;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The changed services of a stream, gathered until there was no change for {@link #QUIET}, or for {@link #LONGEST}
 * after the first. All methods but {@link #add} are confined to the event loop of the stream.
 */
final class ChangeGatherer {

    static final Duration QUIET = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofMillis(400);

    /** Bytes that the name of a changed service takes until the protocol handles the change. */
    private static final long CHANGE = 64;

    private final Vertx vertx;
    private final Context context;
    private final MemoryShare memory;
    private final Consumer<Set<String>> listener;
    private final Set<String> changes = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isGathering = new AtomicBoolean();
    private volatile long lastChange;
    private boolean isClosed;

    /**
     * @param context of the stream
     * @param memory the stream's, which counts names until they are handed over
     * @param listener to the names of changed services, which it gets on the context
     */
    ChangeGatherer(Vertx vertx, Context context, MemoryShare memory, Consumer<Set<String>> listener) {
        this.vertx = vertx;
        this.context = context;
        this.memory = memory;
        this.listener = listener;
    }

    /** Gathers a change; from any thread. */
    void add(String service) {
        if (changes.add(service)) {
            memory.take(CHANGE);
        }
        lastChange = System.nanoTime();
        if (isGathering.compareAndSet(false, true)) {
            long first = lastChange;
            context.runOnContext(on -> await(first));
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
        // Before the changes are read, so that a later change is gathered anew.
        isGathering.set(false);
        Set<String> services = new LinkedHashSet<>(changes);
        services.forEach(changes::remove);
        memory.leave(CHANGE * services.size());
        listener.accept(services);
    }

    /** Drops the changes that are being gathered, and all later ones. */
    void close() {
        isClosed = true;
    }
}
