package io.discovery.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.discovery.model.Registration;
import io.discovery.telemetry.ChangeTracing;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A processor that merges a copy into the stored registration: at a backup the copy is the owner's result, at an owner
 * it comes from another replica that offers it. The processor returns whether that changed the registration; the type
 * of the answer is {@code R}, because a backup's processor must have the owner's type and its answer is never read.
 */
final class MergeCopy<R> implements EntryProcessor<String, Registration, R>, HazelcastInstanceAware {

    private final Registration copy;
    private final long ttlSeconds;
    private final long limitMicros;
    private final boolean isOffered;
    private final String trace;
    private @Nullable Registration result;
    private @Nullable HazelcastInstance member;

    /**
     * @param ttlSeconds time for which the map would keep the copy if there were no other
     * @param limitMicros maximum time of versions, by the clock of the member that offers the copy
     * @param isOffered whether the copy is for the owner, whose clock limits versions too: the other clock may be the
     *     wrong one
     */
    MergeCopy(Registration copy, long ttlSeconds, long limitMicros, boolean isOffered) {
        this(copy, ttlSeconds, limitMicros, isOffered, "");
    }

    /** @param trace of the change that the copy comes from, as the owner has sent it; empty if it has none */
    MergeCopy(Registration copy, long ttlSeconds, long limitMicros, boolean isOffered, String trace) {
        this.copy = copy;
        this.ttlSeconds = ttlSeconds;
        this.limitMicros = limitMicros;
        this.isOffered = isOffered;
        this.trace = trace;
    }

    /** Returns a processor that brings the owner's result to its backup. */
    static <R> MergeCopy<R> finished(Registration result, long ttlSeconds, String trace) {
        return new MergeCopy<>(result, ttlSeconds, result.lastVersion().micros(), false, trace);
    }

    Registration copy() {
        return copy;
    }

    long ttlSeconds() {
        return ttlSeconds;
    }

    long limitMicros() {
        return limitMicros;
    }

    boolean isOffered() {
        return isOffered;
    }

    String trace() {
        return trace;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        member = instance;
    }

    @Override
    @SuppressWarnings("unchecked") // R is Boolean wherever the answer is read
    public R process(Map.Entry<String, Registration> entry) {
        Registration stored = entry.getValue();
        Registration merged =
                isOffered ? HazelcastStore.keyOwner(member).merge(copy, stored, limitMicros) : copy.mergedInto(stored);
        boolean changed = !merged.equals(stored);
        if (changed) {
            ((ExtendedMapEntry<String, Registration>) entry).setValue(merged, ttlOf(merged), TimeUnit.SECONDS);
        }
        result = changed ? merged : null;
        ChangeTracing tracing = trace.isEmpty() ? null : HazelcastStore.tracing(member);
        if (tracing == null) {
            WriteListener.tell(member, merged);
        } else {
            tracing.step(ChangeTracing.Step.BACKUP, trace, () -> WriteListener.tell(member, merged));
        }
        return (R) Boolean.valueOf(changed);
    }

    /**
     * Returns the lifetime of the merged registration. If it has a younger register than the copy, the lifetime is that
     * much longer: RETENTION counts from the last version. It is not shorter: of a copy that was ahead, it counts from
     * now already.
     */
    private long ttlOf(Registration merged) {
        long younger =
                Math.max(0, merged.lastVersion().micros() - copy.lastVersion().micros());
        // Rounded up, rather a second longer: the TTL was rounded down once already.
        return ttlSeconds - Math.floorDiv(-younger, TimeUnit.SECONDS.toMicros(1));
    }

    @Override
    public @Nullable EntryProcessor<String, Registration, R> getBackupProcessor() {
        Registration finished = result;
        return finished == null || WriteListener.isAlone(member) ? null : finished(finished, ttlOf(finished), trace);
    }
}
