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
 * A change, at the owner of its key. The owner computes; backups get the finished value.
 *
 * <p>Hazelcast asks for the backup's processor after the run, on the same thread, and may run the whole again after an
 * owner has changed: the change recognises its own version.
 */
final class ApplyChange implements EntryProcessor<String, Registration, @Nullable Outcome>, HazelcastInstanceAware {

    private final Change change;
    private final long ttlSeconds;
    /** Whether it has come from another member, which the outcome must be sent to. */
    private final boolean isFromAfar;

    private @Nullable Outcome outcome;
    private @Nullable Registration result;
    private @Nullable HazelcastInstance member;

    /** @param ttlSeconds for how long the map keeps the entry at least, housekeeping only */
    ApplyChange(Change change, long ttlSeconds) {
        this(change, ttlSeconds, false);
    }

    private ApplyChange(Change change, long ttlSeconds, boolean isFromAfar) {
        this.change = change;
        this.ttlSeconds = ttlSeconds;
        this.isFromAfar = isFromAfar;
    }

    /** One that has come from another member. */
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

    /** The outcome, given what the owner answered: nothing if the processor itself has run here. */
    Outcome outcome(@Nullable Outcome answered) {
        return Objects.requireNonNull(answered == null ? outcome : answered, "a processor that has not run");
    }

    /** Answers nothing if it runs where it was made: who made it need not have the outcome copied. */
    @Override
    public @Nullable Outcome process(Map.Entry<String, Registration> entry) {
        Registration stored = entry.getValue();
        Registration known = withCopy(stored);
        Outcome now = isAhead(known) ? new Outcome.Ahead() : change.applyTo(known);
        outcome = now;
        result = now instanceof Outcome.Applied applied ? applied.registration() : null;
        if (result != null) {
            if (!result.equals(stored)) {
                ((ExtendedMapEntry<String, Registration>) entry).setValue(result, ttlSeconds, TimeUnit.SECONDS);
            }
            WriteListener.tell(member, result);
        }
        return isFromAfar ? now : null;
    }

    /** By this member's clock; but above what is ahead already a change has to be ahead as well. */
    private boolean isAhead(@Nullable Registration known) {
        long limit = HazelcastStore.limitMicros(member);
        return change.version().micros() > limit
                && (known == null
                        || change.version().micros() - known.lastVersion().micros() > Version.CLOCK_TOLERANCE_MICROS);
    }

    /**
     * With what this member's read copy knows beyond the map, which may have lost it or have it older, after a split say. By an
     * older check-in a heartbeat would pass for the return of a host whose lease had ended.
     */
    private @Nullable Registration withCopy(@Nullable Registration stored) {
        Registration copy = HazelcastPeerCopies.copyOf(member)
                .map(copies -> copies.find(change.key()))
                .orElse(null);
        return copy == null ? stored : copy.mergedInto(stored);
    }

    /** Also when the change was already there: it runs again because a backup may not have got it the first time. */
    @Override
    public @Nullable EntryProcessor<String, Registration, @Nullable Outcome> getBackupProcessor() {
        Registration finished = result;
        return finished == null || WriteListener.isAlone(member) ? null : MergeCopy.finished(finished, ttlSeconds);
    }
}
