package io.discovery.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.discovery.model.Registration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Merges a copy into what is stored: at a backup the value its owner finished, at an owner what another replica offers.
 * Answers whether that changed anything; as {@code R}, because a backup's processor must have the owner's type and its
 * answer is never read.
 */
final class MergeCopy<R> implements EntryProcessor<String, Registration, R>, HazelcastInstanceAware {

    private final Registration copy;
    private final long ttlSeconds;
    private final long limitMicros;
    private final boolean isOffered;
    private @Nullable Registration result;
    private @Nullable HazelcastInstance member;

    /**
     * @param ttlSeconds for how long the map would keep the copy if there were no other
     * @param limitMicros versions above it are clamped to it: some clock ran ahead
     * @param isOffered whether it is for the owner, by whose clock versions are clamped too: the other may be the wrong one
     */
    MergeCopy(Registration copy, long ttlSeconds, long limitMicros, boolean isOffered) {
        this.copy = copy;
        this.ttlSeconds = ttlSeconds;
        this.limitMicros = limitMicros;
        this.isOffered = isOffered;
    }

    /** What the owner has finished, for its backup. */
    static <R> MergeCopy<R> finished(Registration result, long ttlSeconds) {
        return new MergeCopy<>(result, ttlSeconds, result.lastVersion().micros(), false);
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

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
        member = instance;
    }

    @Override
    @SuppressWarnings("unchecked") // see above: R is Boolean wherever the answer is read
    public R process(Map.Entry<String, Registration> entry) {
        Registration stored = entry.getValue();
        long limit = isOffered ? Math.min(limitMicros, HazelcastStore.limitMicros(member)) : limitMicros;
        // Clamped anew in each round, what is ahead would keep a silent host alive, and win over what others write,
        // until its
        // time has come: so it counts where there is nothing else.
        boolean isLeft = isOffered && stored != null && copy.lastVersion().micros() > limit;
        Registration merged = isLeft ? stored : copy.clampedTo(limit).mergedInto(stored);
        boolean changed = !merged.equals(stored);
        if (changed) {
            ((ExtendedMapEntry<String, Registration>) entry).setValue(merged, ttlOf(merged), TimeUnit.SECONDS);
        }
        result = changed ? merged : null;
        WriteListener.tell(member, merged);
        return (R) Boolean.valueOf(changed);
    }

    /** What has a younger register than the copy is kept so much longer: RETENTION counts from the last version. */
    private long ttlOf(Registration merged) {
        long younger = merged.lastVersion().micros() - copy.lastVersion().micros();
        // Rather a second longer: what was rounded once already must not be again.
        return ttlSeconds - Math.floorDiv(-younger, TimeUnit.SECONDS.toMicros(1));
    }

    @Override
    public @Nullable EntryProcessor<String, Registration, R> getBackupProcessor() {
        Registration finished = result;
        return finished == null || WriteListener.isAlone(member) ? null : finished(finished, ttlOf(finished));
    }
}
