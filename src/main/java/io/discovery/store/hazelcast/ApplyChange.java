package io.discovery.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Registration;
import io.discovery.model.Version;
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
    /** True if this processor came from another member, which needs the outcome sent to it. */
    private final boolean isRemote;

    private @Nullable Outcome outcome;
    private @Nullable Registration result;
    private @Nullable HazelcastInstance member;

    /** @param ttlSeconds minimum time for which the map keeps the entry; housekeeping only */
    ApplyChange(Change change, long ttlSeconds) {
        this(change, ttlSeconds, false);
    }

    private ApplyChange(Change change, long ttlSeconds, boolean isRemote) {
        this.change = change;
        this.ttlSeconds = ttlSeconds;
        this.isRemote = isRemote;
    }

    /** Returns a processor that came from another member. */
    static ApplyChange received(Change change, long ttlSeconds) {
        return new ApplyChange(change, ttlSeconds, true);
    }

    Change change() {
        return change;
    }

    long ttlSeconds() {
        return ttlSeconds;
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
        Registration stored = entry.getValue();
        Registration known = mergedWithReadCopy(stored);
        Outcome now = isAhead(known) ? new Outcome.Ahead() : change.applyTo(known);
        outcome = now;
        result = now instanceof Outcome.Applied applied ? applied.registration() : null;
        if (result != null) {
            if (!result.equals(stored)) {
                ((ExtendedMapEntry<String, Registration>) entry).setValue(result, ttlSeconds, TimeUnit.SECONDS);
            }
            WriteListener.tell(member, result);
        }
        return isRemote ? now : null;
    }

    /**
     * Returns whether the change is too far ahead by this member's clock. Above a stored version that is ahead already,
     * a change has to be ahead as well, and is allowed to be.
     */
    private boolean isAhead(@Nullable Registration known) {
        long limit = HazelcastStore.limitMicros(member);
        return change.version().micros() > limit
                && (known == null
                        || change.version().micros() - known.lastVersion().micros() > Version.CLOCK_TOLERANCE_MICROS);
    }

    /**
     * Merges the stored registration with this member's read copy. The map may have lost the registration or have an
     * older state, for example after a split. With an older check-in a heartbeat would pass for the return of a host
     * whose lease had ended. A copy that is far ahead of the change counts as made just before the change, even if this
     * member has merged and does not know yet that its clock was wrong.
     */
    private @Nullable Registration mergedWithReadCopy(@Nullable Registration stored) {
        Registration copy = HazelcastPeerCopies.copyOf(member)
                .map(copies -> copies.find(change.key()))
                .orElse(null);
        if (copy == null) {
            return stored;
        }
        long now = Math.min(
                HazelcastStore.limitMicros(member) - Version.CLOCK_TOLERANCE_MICROS,
                change.version().micros() - 1);
        return copy.countedBeside(stored, now).mergedInto(stored);
    }

    /**
     * Returns the processor of the backup, also when the change was already stored: it runs again because the backup
     * may not have got it the first time.
     */
    @Override
    public @Nullable EntryProcessor<String, Registration, @Nullable Outcome> getBackupProcessor() {
        Registration finished = result;
        return finished == null || WriteListener.isAlone(member) ? null : MergeCopy.finished(finished, ttlSeconds);
    }
}
