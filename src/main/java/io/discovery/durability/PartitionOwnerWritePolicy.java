package io.discovery.durability;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.StoredCopies;
import io.discovery.registry.StoredCopy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The policy for a backend that all members share: the owner of a key writes it. A heartbeat that says nothing but that the
 * instance lives is postponed, never dropped: it is overdue {@code heartbeatDelay} after the check-in that is stored, and
 * goes along with whatever else has to be written before.
 *
 * <p>Due is what the owner's copy has and the backend has not, whoever took the change and whoever owned the key then.
 * So it is enough to ask again and again; nothing is lost with an event or with a member.
 */
public final class PartitionOwnerWritePolicy implements WritePolicy {

    private final StoredCopies copies;
    private final BackendImporter importer;
    private final Predicate<Registration> owns;
    private final long heartbeatDelayMicros;
    private volatile boolean leavesNothing;

    /**
     * @param importer how rows that have something newer come into the registry
     * @param owns whether this member owns a registration's key now
     * @param heartbeatDelay how much older than the registry's the stored check-in may be
     */
    public PartitionOwnerWritePolicy(
            StoredCopies copies, BackendImporter importer, Predicate<Registration> owns, Duration heartbeatDelay) {
        this.copies = copies;
        this.importer = importer;
        this.owns = owns;
        this.heartbeatDelayMicros = TimeUnit.NANOSECONDS.toMicros(heartbeatDelay.toNanos());
    }

    /** From now on nothing is postponed: nobody will be there later. */
    public void leaveNothing() {
        leavesNothing = true;
    }

    /**
     * A heartbeat that comes shortly before the stored check-in is too old is taken: the next may come after it, and then
     * an old one would have to be written first.
     */
    @Override
    public boolean isDue(Registration registration) {
        return isDue(registration, heartbeatDelayMicros / 10 * 9);
    }

    @Override
    public boolean isOverdue(Registration registration) {
        return isDue(registration, heartbeatDelayMicros);
    }

    private boolean isDue(Registration registration, long delayMicros) {
        long now = importer.clock().nowMicros();
        StoredCopy stored = copies.find(registration.key());
        if (stored != null && stored.digest() == registration.digest()
                || !importer.lease().isKept(registration, now)) {
            return false;
        }
        return !isPostponed(registration, stored, now - delayMicros) && owns.test(registration);
    }

    private boolean isPostponed(Registration registration, @Nullable StoredCopy stored, long oldFrom) {
        return !leavesNothing
                && stored != null
                && stored.checkIn() != null
                && stored.checkIn().micros() > oldFrom
                && stored.contentDigest() == registration.contentDigest();
    }

    @Override
    public @Nullable StoredCopy known(InstanceKey key) {
        StoredCopy stored = copies.find(key);
        return stored != null && stored.isMerged() ? stored : null;
    }

    @Override
    public void done(List<Registration> stored, List<Registration> found) {
        long now = importer.clock().nowMicros();
        Map<InstanceKey, StoredCopy> known = new HashMap<>();
        stored.forEach(registration -> known.put(registration.key(), StoredCopy.of(registration, now)));
        // In this order: what is known to be stored is written over without being read, so the registry must have it.
        importer.offer(found);
        copies.put(known);
    }
}
