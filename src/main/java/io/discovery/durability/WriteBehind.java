package io.discovery.durability;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.process.PeriodicTask;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.RejectedException;
import io.discovery.registry.StorageBackend.Write;
import io.discovery.registry.StorageBackend.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what changes in this member's copy, as far as it is this member's {@link WritePolicy}, to its backend, a little later
 * and in batches: of many changes to one registration only the last state is written. What could not be written waits and
 * is tried again; what waits is bounded by the number of distinct keys. What the backend will never take is given up until
 * it changes. One thread of its own calls the backend; {@link #changed} is safe for all threads.
 */
public final class WriteBehind implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WriteBehind.class);
    private static final int BATCH = 500;
    private static final Duration FLUSH_AT_CLOSE = Duration.ofSeconds(20);

    private final StorageBackend backend;
    private final WritePolicy policy;
    private final ConcurrentHashMap<InstanceKey, Registration> waiting = new ConcurrentHashMap<>();
    /** The content that the backend rejected, by key. */
    private final ConcurrentHashMap<InstanceKey, Long> rejected = new ConcurrentHashMap<>();

    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder rejections = new LongAdder();
    private @Nullable PeriodicTask writer;
    private volatile boolean following;
    private volatile @Nullable String failure;

    public WriteBehind(StorageBackend backend, WritePolicy policy) {
        this.backend = backend;
        this.policy = policy;
    }

    /** From now on, what waits is written at most {@code delay} after it changed, if the backend keeps up. */
    public void start(Duration delay) {
        // Half the delay between rounds: a change that just missed one is written by the next.
        writer = PeriodicTask.every(delay.dividedBy(2), "discovery-write-behind", this::writeWaiting);
    }

    /** From now on changes count; before, the backend's own rows are being read. */
    public void follow() {
        following = true;
    }

    public void changed(Registration registration) {
        if (following && policy.isDue(registration)) {
            add(registration);
        }
    }

    /**
     * Takes what was postponed, or left by others, as far as it may not wait any longer; forgets what was rejected and is
     * no more. Safe for all threads.
     *
     * @param all this member's whole copy
     */
    public void sweep(Iterable<Registration> all) {
        Set<InstanceKey> stillThere = new HashSet<>();
        for (Registration registration : all) {
            if (policy.isOverdue(registration)) {
                add(registration);
            }
            if (rejected.containsKey(registration.key())) {
                stillThere.add(registration.key());
            }
        }
        rejected.keySet().retainAll(stillThere);
    }

    private void add(Registration registration) {
        if (!isRejected(registration)) {
            waiting.put(registration.key(), registration);
        }
    }

    private boolean isRejected(Registration registration) {
        Long content = rejected.get(registration.key());
        return content != null && content == registration.contentDigest();
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

    /** How many registrations the backend refused for good. */
    public long rejected() {
        return rejections.sum();
    }

    /** Why something could not be written the last time; null if all went well. */
    public @Nullable String failure() {
        return failure;
    }

    private void writeWaiting() {
        try {
            @Nullable BackendException refusal = null;
            List<Registration> batch = new ArrayList<>(BATCH);
            for (Registration registration : waiting.values()) {
                if (!policy.isDue(registration)) {
                    // Somebody else has written it or has become its owner meanwhile, or it is past its RETENTION.
                    waiting.remove(registration.key(), registration);
                    continue;
                }
                batch.add(registration);
                if (batch.size() == BATCH) {
                    refusal = firstOf(refusal, write(batch));
                    batch.clear();
                }
            }
            if (!batch.isEmpty()) {
                refusal = firstOf(refusal, write(batch));
            }
            if (refusal == null) {
                succeeded();
            } else {
                failed(refusal);
            }
        } catch (RuntimeException noneWritten) {
            failed(noneWritten);
        }
    }

    private static @Nullable BackendException firstOf(@Nullable BackendException a, @Nullable BackendException b) {
        return a == null ? b : a;
    }

    /** Answers why some of the batch were not written, one reason of them; they wait on and hold up no other. */
    private @Nullable BackendException write(List<Registration> batch) {
        Written result;
        try {
            result = backend.write(batch.stream()
                    .map(registration -> new Write(registration, policy.known(registration.key())))
                    .toList());
            policy.done(stored(batch, result), result.found());
        } catch (RuntimeException noneWritten) {
            failed.add(batch.size());
            throw noneWritten;
        }
        BackendException refusal = null;
        for (Registration registration : batch) {
            BackendException reason = result.refused().get(registration.key());
            if (reason instanceof RejectedException) {
                reject(registration, reason);
                reason = null;
            }
            if (reason == null) {
                // Only if it has not changed meanwhile: then the newer state waits on.
                waiting.remove(registration.key(), registration);
            }
            failed.add(reason == null ? 0 : 1);
            refusal = firstOf(refusal, reason);
        }
        return refusal;
    }

    private List<Registration> stored(List<Registration> batch, Written result) {
        Map<InstanceKey, Registration> found = new HashMap<>();
        result.found().forEach(row -> found.put(row.key(), row));
        List<Registration> stored = batch.stream()
                .filter(registration -> !result.refused().containsKey(registration.key()))
                .map(registration -> registration.mergedInto(found.get(registration.key())))
                .toList();
        stored.forEach(registration -> rejected.remove(registration.key()));
        written.add(stored.size());
        return stored;
    }

    private void reject(Registration registration, BackendException reason) {
        rejections.increment();
        if (rejected.put(registration.key(), registration.contentDigest()) == null) {
            log.error(
                    "{} will never take {} as it is: {}",
                    backend.description(),
                    registration.key(),
                    reason.getMessage());
        }
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
            log.error("{} registrations were not written by this member: {}", waiting.size(), failure);
        }
        backend.close();
    }
}
