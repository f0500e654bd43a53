package io.discovery.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Registration;
import io.discovery.telemetry.ChangeTracing;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A change at the owner of its key. The owner computes the result; backups get the finished registration.
 *
 * <p>Hazelcast asks for the backup's processor after the run, on the same thread, and may run the whole again after the
 * owner has changed: the change recognises its own version.
 */
final class ApplyChange implements EntryProcessor<String, Registration, @Nullable Outcome>, HazelcastInstanceAware {

    private final Change change;
    private final long ttlSeconds;
    private final String trace;
    /** True if this processor came from another member, which needs the outcome sent to it. */
    private final boolean isRemote;

    private @Nullable Outcome outcome;
    private @Nullable Registration result;
    private @Nullable HazelcastInstance member;
    /** The trace for backups. */
    private String ownTrace;

    /**
     * @param ttlSeconds minimum time for which the map keeps the entry; housekeeping only
     * @param trace of the change, as {@link ChangeTracing.ChangeSpan#trace} returns it; empty if it has none
     */
    ApplyChange(Change change, long ttlSeconds, String trace) {
        this(change, ttlSeconds, trace, false);
    }

    private ApplyChange(Change change, long ttlSeconds, String trace, boolean isRemote) {
        this.change = change;
        this.ttlSeconds = ttlSeconds;
        this.trace = trace;
        this.ownTrace = trace;
        this.isRemote = isRemote;
    }

    /** Returns a processor that came from another member. */
    static ApplyChange received(Change change, long ttlSeconds, String trace) {
        return new ApplyChange(change, ttlSeconds, trace, true);
    }

    Change change() {
        return change;
    }

    long ttlSeconds() {
        return ttlSeconds;
    }

    String trace() {
        return trace;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        member = instance;
    }

    /** Returns the outcome, for the answer of the owner: null if the processor itself has run here. */
    Outcome outcome(@Nullable Outcome answered) {
        return Objects.requireNonNull(answered == null ? outcome : answered, "the processor has not run");
    }

    /**
     * Applies the change; returns null if it runs where it was created: the caller there need not have the outcome
     * copied.
     */
    @Override
    public @Nullable Outcome process(Map.Entry<String, Registration> entry) {
        ChangeTracing tracing = trace.isEmpty() ? null : HazelcastStore.tracing(member);
        if (tracing == null) {
            apply(entry);
        } else {
            tracing.step(ChangeTracing.Step.OWNER, trace, () -> {
                ownTrace = tracing.trace();
                apply(entry);
            });
        }
        return isRemote ? outcome : null;
    }

    private void apply(Map.Entry<String, Registration> entry) {
        Registration stored = entry.getValue();
        Registration readCopy = HazelcastPeerCopies.copyOf(member)
                .map(copies -> copies.find(change.key()))
                .orElse(null);
        Outcome now = HazelcastStore.keyOwner(member).apply(change, stored, readCopy);
        outcome = now;
        result = now instanceof Outcome.Applied applied ? applied.registration() : null;
        if (result != null) {
            if (!result.equals(stored)) {
                ((ExtendedMapEntry<String, Registration>) entry).setValue(result, ttlSeconds, TimeUnit.SECONDS);
            }
            WriteListener.tell(member, result);
        }
    }

    /**
     * Returns the processor of the backup, also when the change was already stored: it runs again because the backup
     * may not have got it the first time.
     */
    @Override
    public @Nullable EntryProcessor<String, Registration, @Nullable Outcome> getBackupProcessor() {
        Registration finished = result;
        return finished == null || WriteListener.isAlone(member)
                ? null
                : MergeCopy.finished(finished, ttlSeconds, ownTrace);
    }
}
