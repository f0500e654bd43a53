package io.discovery.registry;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.StorageBackend.BackendException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what changes in this member's copy to its backend, a little later and in batches: of many changes to one
 * registration only the last state is written. What could not be written waits and is tried again; what waits is bounded
 * by the number of distinct keys. One thread of its own calls the backend; {@link #changed} is safe for all threads.
 */
public final class WriteBehind implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WriteBehind.class);
    private static final int BATCH = 500;
    private static final Duration FLUSH_AT_CLOSE = Duration.ofSeconds(20);

    private final StorageBackend backend;
    private final ConcurrentHashMap<InstanceKey, Registration> waiting = new ConcurrentHashMap<>();
    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private @Nullable Periodic writer;
    private volatile boolean following;
    private volatile @Nullable String failure;

    public WriteBehind(StorageBackend backend) {
        this.backend = backend;
    }

    /** From now on, what waits is written at most {@code delay} after it changed, if the backend keeps up. */
    public void start(Duration delay) {
        // Half the delay between rounds: a change that just missed one is written by the next.
        writer = Periodic.every(delay.dividedBy(2), "discovery-write-behind", this::writeWaiting);
    }

    /** From now on changes count; before, the backend's own rows are being read. */
    public void follow() {
        following = true;
    }

    public void changed(Registration registration) {
        if (following) {
            waiting.put(registration.key(), registration);
        }
    }

    /** How many registrations wait to be written. */
    public int waiting() {
        return waiting.size();
    }

    /** How many registrations were handed to the backend and stored. */
    public long written() {
        return written.sum();
    }

    /** How many attempts to write a registration failed; each is tried again. */
    public long failed() {
        return failed.sum();
    }

    /** Why something could not be written the last time; null if all went well. */
    public @Nullable String failure() {
        return failure;
    }

    private void writeWaiting() {
        try {
            List<BackendException> refusals = new ArrayList<>();
            List<Registration> batch = new ArrayList<>(BATCH);
            for (Registration registration : waiting.values()) {
                batch.add(registration);
                if (batch.size() == BATCH) {
                    refusals.addAll(write(batch));
                    batch.clear();
                }
            }
            if (!batch.isEmpty()) {
                refusals.addAll(write(batch));
            }
            if (refusals.isEmpty()) {
                succeeded();
            } else {
                failed(refusals.get(0));
            }
        } catch (RuntimeException noneWritten) {
            failed(noneWritten);
        }
    }

    /** Answers why some of the batch were not written; they wait on and hold up no other. */
    private Collection<BackendException> write(Collection<Registration> batch) {
        Map<InstanceKey, BackendException> notWritten;
        try {
            notWritten = backend.write(batch.stream()
                            .map(registration -> new StorageBackend.Write(registration, null))
                            .toList())
                    .refused();
        } catch (RuntimeException noneWritten) {
            failed.add(batch.size());
            throw noneWritten;
        }
        for (Registration registration : batch) {
            if (!notWritten.containsKey(registration.key())) {
                // Only if it has not changed meanwhile: then the newer state waits on.
                waiting.remove(registration.key(), registration);
            }
        }
        written.add(batch.size() - notWritten.size());
        failed.add(notWritten.size());
        return notWritten.values();
    }

    private void succeeded() {
        if (failure != null) {
            log.info("{} takes all writes again", backend.description());
            failure = null;
        }
    }

    private void failed(RuntimeException cause) {
        if (failure == null) {
            log.error(
                    "{} does not take all writes: {}; {} registrations wait and will be tried again",
                    backend.description(),
                    cause.getMessage(),
                    waiting.size(),
                    cause);
        }
        failure = String.valueOf(cause.getMessage());
    }

    /** Writes what waits, with a bounded patience, and lets go of the backend. */
    @Override
    public void close() {
        if (writer != null && !writer.stop(FLUSH_AT_CLOSE)) {
            log.error("{} still writes after {}: not waiting longer", backend.description(), FLUSH_AT_CLOSE);
            return;
        }
        writeWaiting();
        if (!waiting.isEmpty()) {
            log.error("{} registrations were not written: {}", waiting.size(), failure);
        }
        backend.close();
    }
}
