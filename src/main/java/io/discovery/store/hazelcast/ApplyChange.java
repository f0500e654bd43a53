package io.discovery.store.hazelcast;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Registration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A change, at the owner of its key. The owner computes; backups get the finished value.
 *
 * <p>Hazelcast asks for the backup's processor after the run, on the same thread, and may run the whole again after an
 * owner has changed: the change recognises its own version.
 */
final class ApplyChange implements EntryProcessor<String, Registration, Outcome> {

    private final Change change;
    private final long ttlSeconds;
    private @Nullable Registration result;

    /** @param ttlSeconds for how long the map keeps the entry at least, housekeeping only */
    ApplyChange(Change change, long ttlSeconds) {
        this.change = change;
        this.ttlSeconds = ttlSeconds;
    }

    Change change() {
        return change;
    }

    long ttlSeconds() {
        return ttlSeconds;
    }

    @Override
    public Outcome process(Map.Entry<String, Registration> entry) {
        Registration stored = entry.getValue();
        Outcome outcome = change.applyTo(stored);
        result = outcome instanceof Outcome.Applied applied ? applied.registration() : null;
        if (result != null && !result.equals(stored)) {
            ((ExtendedMapEntry<String, Registration>) entry).setValue(result, ttlSeconds, TimeUnit.SECONDS);
        }
        return outcome;
    }

    /** Also when the change was already there: it runs again because a backup may not have got it the first time. */
    @Override
    public @Nullable EntryProcessor<String, Registration, Outcome> getBackupProcessor() {
        Registration finished = result;
        return finished == null
                ? null
                : new MergeCopy<>(finished, ttlSeconds, finished.lastVersion().micros());
    }
}
