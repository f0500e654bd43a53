package io.discovery.durability;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Divergence;
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
 * The policy for a backend that all members share: the owner of a key writes it. A heartbeat that only renews the lease
 * is postponed, never dropped: it is overdue {@code heartbeatDelay} after the stored check-in, and is written together
 * with any other change of the registration before that.
 *
 * <p>A registration is due if the owner's copy has a change that the backend lacks, whichever member took the change or
 * owned the key then. So it is enough to ask again and again; no change is lost with an event or with a member.
 */
public final class PartitionOwnerWritePolicy implements WritePolicy {

    private final StoredCopies copies;
    private final BackendImporter importer;
    private final Predicate<Registration> owns;
    private final Divergence divergence;
    private final long heartbeatDelayMicros;
    private volatile boolean postponesNothing;
    private volatile boolean isWritingForOthers;

    /**
     * @param importer import into the registry of rows that have newer registers
     * @param owns whether this member owns a registration's key now
     * @param divergence the differences that are possible between this member's copy and others
     * @param heartbeatDelay maximum age of the stored check-in behind the registry's
     */
    public PartitionOwnerWritePolicy(
            StoredCopies copies,
            BackendImporter importer,
            Predicate<Registration> owns,
            Divergence divergence,
            Duration heartbeatDelay) {
        this.copies = copies;
        this.importer = importer;
        this.owns = owns;
        this.divergence = divergence;
        this.heartbeatDelayMicros = TimeUnit.NANOSECONDS.toMicros(heartbeatDelay.toNanos());
    }

    /** Ends the postponement of heartbeats: no member is left to write them later. */
    public void leaveNothing() {
        postponesNothing = true;
    }

    /**
     * Makes this member write what other members own: an owner that stops too may have written its last before this member
     * took a change. Members no longer compare copies then, so this one trusts what it knows of rows.
     */
    public void writeForOthers() {
        isWritingForOthers = true;
    }

    /**
     * {@inheritDoc}
     *
     * <p>A heartbeat shortly before the stored check-in is too old is due: the next one may come after that moment, and
     * then an old one would have to be written first.
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
        StoredCopy stored = copies.find(registration.key());
        if (stored != null && stored.digest() == registration.digest() || !importer.isKept(registration)) {
            return false;
        }
        return !isPostponed(registration, stored, importer.clock().clusterMicros() - delayMicros)
                && (isWritingForOthers || owns.test(registration));
    }

    private boolean isPostponed(Registration registration, @Nullable StoredCopy stored, long oldFrom) {
        return !postponesNothing
                && stored != null
                && stored.checkIn() != null
                && stored.checkIn().micros() > oldFrom
                && !isOfWrongClock(stored.checkIn())
                && stored.contentDigest() == registration.contentDigest();
    }

    /**
     * Returns whether a member stored the check-in whose clock was wrong: once its time came, it would be news. One
     * that lyft/discovery stored is replaced by its next one.
     */
    private boolean isOfWrongClock(Version checkIn) {
        return checkIn.member() != Version.NO_MEMBER
                && checkIn.micros() > importer.clock().limitMicros();
    }

    @Override
    public Registration newest(Registration waiting) {
        return importer.newest(waiting);
    }

    /**
     * {@inheritDoc}
     *
     * <p>After a split, the other half may know a row of which this member's copy lacks a part yet.
     */
    @Override
    public @Nullable StoredCopy known(InstanceKey key) {
        StoredCopy stored = copies.find(key);
        return stored != null && stored.isMerged() && (isWritingForOthers || !divergence.isCopyBehind())
                ? stored
                : null;
    }

    @Override
    public void done(List<Registration> stored, List<Registration> found) {
        long now = importer.clock().clusterMicros();
        Map<InstanceKey, StoredCopy> known = new HashMap<>();
        stored.forEach(registration -> known.put(registration.key(), StoredCopy.of(registration, now)));
        // In this order: members write over copies that are known to be stored without reading them, so the registry
        // must have them.
        importer.offer(found);
        copies.put(known);
    }
}
