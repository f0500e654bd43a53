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
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer of changes in this member's copy, as far as this member's {@link WritePolicy} includes them, to its backend,
 * a little later and in batches: of many changes to one registration it writes only the last state. A registration that
 * could not be written waits and is tried again; the number that wait is bounded by the number of distinct keys. A
 * registration that the backend will never take is given up until it changes. One thread of its own calls the backend;
 * {@link #changed} is thread-safe.
 */
public final class WriteBehind implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WriteBehind.class);
    private static final int BATCH = 500;
    /** With a drain of 5 s before and a batch under way, it leaves half of the minute that a member has to end. */
    private static final Duration FLUSH_AT_CLOSE = Duration.ofSeconds(20);

    private static final Duration PAUSE_AT_CLOSE = Duration.ofMillis(250);
    /** Rounds for changes that come while the last ones are written: in a large registry they never end. */
    private static final int LATE_ROUNDS = 3;

    private final StorageBackend backend;
    private final WritePolicy policy;
    private final Duration flushAtClose;
    private final ConcurrentHashMap<InstanceKey, Registration> waiting = new ConcurrentHashMap<>();
    /** Digests of the content that the backend rejected, by key. */
    private final ConcurrentHashMap<InstanceKey, Long> rejected = new ConcurrentHashMap<>();

    private final LongAdder written = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder rejections = new LongAdder();
    private @Nullable PeriodicTask writer;
    private volatile boolean isFollowing;
    private volatile @Nullable String failure;

    public WriteBehind(StorageBackend backend, WritePolicy policy) {
        this(backend, policy, FLUSH_AT_CLOSE);
    }

    WriteBehind(StorageBackend backend, WritePolicy policy, Duration flushAtClose) {
        this.backend = backend;
        this.policy = policy;
        this.flushAtClose = flushAtClose;
    }

    /**
     * Starts the writer: it writes each waiting registration at most {@code delay} after its change, if the backend
     * keeps up.
     */
    public void start(Duration delay) {
        // Half the delay between rounds: the next round writes a change that just missed one.
        writer = PeriodicTask.every(delay.dividedBy(2), "discovery-write-behind", () -> writeWaiting(() -> false));
    }

    /** Begins to take changes; before this, the backend's own rows are being read. */
    public void follow() {
        isFollowing = true;
    }

    /** Returns whether changes are taken. */
    boolean isFollowing() {
        return isFollowing;
    }

    public void changed(Registration registration) {
        if (isFollowing && policy.isDue(registration)) {
            add(registration);
        }
    }

    /**
     * Takes the registrations that were postponed, or left unwritten by other members, as far as they may not wait any
     * longer; drops rejected ones that are no longer registered. Thread-safe.
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
            // Threads may tell of two states in either order.
            waiting.merge(registration.key(), registration, Registration::merge);
        }
    }

    private boolean isRejected(Registration registration) {
        Long content = rejected.get(registration.key());
        return content != null && content == registration.contentDigest();
    }

    /** Returns the number of registrations that wait to be written. */
    public int waiting() {
        return waiting.size();
    }

    /** Returns the number of registrations that were handed to the backend and stored, counted at each write. */
    public long written() {
        return written.sum();
    }

    /** Returns the number of failed attempts to write a registration; each is tried again. */
    public long failed() {
        return failed.sum();
    }

    /** Returns the number of registrations that the backend refused for good. */
    public long rejected() {
        return rejections.sum();
    }

    /** Returns why a registration could not be written the last time; null if all were. */
    public @Nullable String failure() {
        return failure;
    }

    private void writeWaiting(BooleanSupplier isOver) {
        try {
            @Nullable BackendException refusal = null;
            List<Registration> batch = new ArrayList<>(BATCH);
            for (Registration waited : waiting.values()) {
                if (batch.isEmpty() && isOver.getAsBoolean()) {
                    return;
                }
                Registration registration = policy.newest(waited);
                if (!registration.equals(waited) && !waiting.replace(waited.key(), waited, registration)) {
                    // It has changed in this moment, and is for the next round.
                    continue;
                }
                if (!policy.isDue(registration)) {
                    // Another member has written it or has become its owner meanwhile, or it is past its RETENTION.
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

    /**
     * Writes a batch; returns one of the reasons why some registrations were not written. They wait on and hold up no
     * other.
     */
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
                // Only if it has not changed meanwhile: otherwise the newer state waits on.
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
                    "{} refuses {} for good, until its content changes: {}",
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

    /**
     * Releases the backend, once the waiting registrations are written: what the backend refuses is tried again for 20 s, as
     * it may be the only copy.
     */
    @Override
    public void close() {
        long start = System.nanoTime();
        BooleanSupplier isOver = () -> System.nanoTime() - start > flushAtClose.toNanos();
        if (writer != null && !writer.stop(flushAtClose)) {
            log.error("{} still writes after {}: not waiting longer", backend.description(), flushAtClose);
            return;
        }
        writeWaiting(isOver);
        // A thread that was interrupted does not park: it would call the backend without a pause.
        for (int late = 0;
                !waiting.isEmpty()
                        && (failure != null || late < LATE_ROUNDS)
                        && !isOver.getAsBoolean()
                        && !Thread.currentThread().isInterrupted();
                late++) {
            LockSupport.parkNanos(PAUSE_AT_CLOSE.toNanos());
            writeWaiting(isOver);
        }
        if (!waiting.isEmpty() && (failure != null || isOver.getAsBoolean())) {
            log.error("{} registrations were not written by this member: {}", waiting.size(), failure);
        }
        backend.close();
    }
}
