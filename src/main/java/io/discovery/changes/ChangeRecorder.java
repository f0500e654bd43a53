package io.discovery.changes;

import io.discovery.directory.ListedChanges;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.registry.Clock;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recorder of what this member's read copy learns.
 *
 * <p>All that a member learns while it starts is new to the member and to no other. So it records nothing before {@link
 * #begin}, but rows of the durable copy of which the cluster had nothing; and of these as many as a quarter of what it
 * keeps, since a large registry would push everything else out. Rows that come later, which another program wrote, are all
 * recorded. Thread-safe.
 */
public final class ChangeRecorder implements ListedChanges {

    private static final Logger log = LoggerFactory.getLogger(ChangeRecorder.class);
    private static final int RESTORED_SHARE = 4;

    private final ChangeRing ring;
    private final ChangeRules rules;
    private final Clock clock;
    private final Supplier<@Nullable String> self;
    private final AskerMemory askers;
    private final AskerLog askerLog;
    /** Keys of rows that are being brought from the durable copy. */
    private final Set<InstanceKey> restoring = ConcurrentHashMap.newKeySet();

    /** Number of rows that may still be recorded before it records all changes. */
    private final AtomicInteger restorable;

    private final LongAdder recorded = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    /** Null before it records all changes. */
    private volatile @Nullable Long beganMicros;

    /**
     * @param most number of changes to keep, above 0
     * @param members addresses of members by their ids in versions; null for an unknown one
     * @param self this member's address
     */
    public ChangeRecorder(
            int most,
            Lease lease,
            Clock clock,
            LongFunction<@Nullable String> members,
            Supplier<@Nullable String> self) {
        this.ring = new ChangeRing(most);
        this.askers = new AskerMemory(ring);
        this.askerLog = new AskerLog(askers);
        this.rules = new ChangeRules(lease, members);
        this.clock = clock;
        this.self = self;
        this.restorable = new AtomicInteger(most / RESTORED_SHARE);
    }

    long nowMicros() {
        return clock.nowMicros();
    }

    ChangeRing ring() {
        return ring;
    }

    /** Returns the askers of the changes. */
    public AskerLog askers() {
        return askerLog;
    }

    /** Begins to record all changes; to be called when the copy has what the cluster has. */
    public void begin() {
        beganMicros = clock.nowMicros();
    }

    /** Begins anew, if it has begun: some changes of before may be missing. Streams that are open hear of a gap. */
    public void beginAnew() {
        if (beganMicros != null) {
            beganMicros = clock.nowMicros();
            gaps.increment();
        }
    }

    /** Returns the number of times that it began anew. */
    long gaps() {
        return gaps.sum();
    }

    /**
     * Returns the time from which on it has all changes, in microseconds since the epoch; empty while it has only some.
     */
    public OptionalLong knownSince() {
        Long began = beganMicros;
        if (began == null) {
            return OptionalLong.empty();
        }
        List<RecordedChange> oldest =
                ring.read(ring.first(), ring.next(), any -> true, 1).changes();
        return OptionalLong.of(
                ring.first() == 0 || oldest.isEmpty()
                        ? began
                        : Math.max(began, oldest.get(0).learnedMicros()));
    }

    /** Runs a task that brings rows of the durable copy into the read copy. */
    public void restoring(Collection<Registration> rows, Runnable task) {
        List<InstanceKey> keys = rows.stream().map(Registration::key).toList();
        restoring.addAll(keys);
        try {
            task.run();
        } finally {
            keys.forEach(restoring::remove);
        }
    }

    @Override
    public void changed(Step step) {
        guarded(() -> learn(step));
    }

    @Override
    public void lapsed(Registration gone) {
        guarded(() -> {
            if (beganMicros != null) {
                add(rules.expired(gone));
            }
        });
    }

    /** Runs a task that records; the directory is in the midst of a change, and must end it whatever happens here. */
    private void guarded(Runnable recording) {
        try {
            recording.run();
        } catch (RuntimeException fault) {
            failures.increment();
            // The 1st, 2nd, 4th, 8th: a fault that each change meets must not fill the log.
            long count = failures.sum();
            if (Long.bitCount(count) == 1) {
                log.error("the history lacks a change that could not be recorded, as {} so far", count, fault);
            }
            beginAnew();
        }
    }

    /** Returns the number of changes recorded since the start, without those that a file had. */
    long recorded() {
        return recorded.sum();
    }

    /** Returns the number of changes that could not be recorded. */
    long failures() {
        return failures.sum();
    }

    private void learn(Step step) {
        if (isRestored(step)) {
            if (beganMicros != null || restorable.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                add(rules.restored(step.after(), clock.nowMicros(), self.get()));
            }
        } else if (beganMicros != null) {
            rules.of(step).forEach(this::add);
        }
    }

    private boolean isRestored(Step step) {
        return !restoring.isEmpty()
                && step.isListed()
                && !step.wasListed()
                && restoring.contains(step.after().key());
    }

    private void add(InstanceChange change) {
        askers.recorded(ring.add(change, clock.nowMicros()));
        recorded.increment();
    }
}
