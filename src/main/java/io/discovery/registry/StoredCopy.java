package io.discovery.registry;

import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's knowledge of a registration's copy in a shared backend, without the copy itself: enough to decide
 * whether there is something to write.
 *
 * @param digest digest of the whole stored registration
 * @param contentDigest digest of the content that readers see, without check-in times
 * @param checkIn the version of the stored check-in; null if a tombstone is stored
 * @param knownSince time of the write or read, in microseconds since the epoch, by the cluster's clock
 * @param isMerged whether the registry has all that the copy has; only then may a member write over the copy without
 *     reading it
 */
public record StoredCopy(
        long digest, long contentDigest, @Nullable Version checkIn, long knownSince, boolean isMerged) {

    public static StoredCopy of(Registration stored, long nowMicros) {
        CheckIn checkIn = stored.checkIn();
        return new StoredCopy(
                stored.digest(), stored.contentDigest(), checkIn == null ? null : checkIn.version(), nowMicros, true);
    }

    /** Returns a copy that was read, and that the registry may not have yet. */
    public StoredCopy unmerged() {
        return new StoredCopy(digest, contentDigest, checkIn, knownSince, false);
    }
}
