package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The listings that readers read together, those of one service or of one repo. Thread-safe. */
final class ListingGroup {

    private static final AtomicReferenceFieldUpdater<ListingGroup, @Nullable Snapshot> SNAPSHOT =
            AtomicReferenceFieldUpdater.newUpdater(ListingGroup.class, Snapshot.class, "snapshot");

    private final String name;
    private final CacheBudget budget;
    private final TreeMap<InstanceKey, Listing> listings = new TreeMap<>();
    /** The current list; cached only while there is room for it: there may be as many groups as hosts. */
    private volatile @Nullable Snapshot snapshot;
    /** Version of the content that was last read. */
    private ContentVersion contentVersion = ContentVersion.EMPTY;

    private RenderCache ofContent;

    /** @param budget memory for its lists and renderings of them */
    ListingGroup(String name, CacheBudget budget) {
        this.name = name;
        this.budget = budget;
        this.ofContent = new RenderCache(budget);
    }

    synchronized void put(Listing listing) {
        listings.put(listing.registration().key(), listing);
        replace(null);
    }

    synchronized void remove(InstanceKey key) {
        listings.remove(key);
        replace(null);
        if (listings.isEmpty()) {
            ofContent.release();
        }
    }

    private CacheBudget.Entry placeOf(Snapshot list) {
        return budget.entry(() -> drop(list));
    }

    private void replace(@Nullable Snapshot next) {
        Snapshot before = SNAPSHOT.getAndSet(this, next);
        if (before != null) {
            before.release();
        }
    }

    /**
     * Drops a list for which there is no room. Waits for no lock: the thread that makes room may have the lock of
     * another group.
     */
    private void drop(Snapshot old) {
        if (SNAPSHOT.compareAndSet(this, old, null)) {
            old.release();
        }
    }

    synchronized boolean isEmpty() {
        return listings.isEmpty();
    }

    /**
     * Returns the current list.
     *
     * @param lease lease by which instances are listed now
     */
    Snapshot snapshot(Lease lease, long nowMicros) {
        Snapshot current = snapshot;
        if (current != null && current.isValid(lease, nowMicros)) {
            current.use();
            return current;
        }
        Snapshot built = build(lease, nowMicros);
        // After the lock: the budget may drop other lists here.
        built.keep();
        return built;
    }

    /** Returns the numbers of listed hosts, without a list that would have to be cached. */
    HostCounts counts(Lease lease, long nowMicros) {
        Snapshot current = snapshot;
        return current != null && current.isValid(lease, nowMicros)
                ? counts(current)
                : count(lease, nowMicros, listing -> {});
    }

    /**
     * Returns the numbers of listed hosts, as {@link #counts} does, and shows each of these hosts before.
     *
     * @param visitor must not block: no change of the group happens meanwhile
     */
    HostCounts visit(Lease lease, long nowMicros, Consumer<Listing> visitor) {
        Snapshot current = snapshot;
        if (current == null || !current.isValid(lease, nowMicros)) {
            return count(lease, nowMicros, visitor);
        }
        current.listings().forEach(visitor);
        return counts(current);
    }

    private static HostCounts counts(Snapshot list) {
        return new HostCounts(list.listings().size(), list.stale(), list.validUntilMicros());
    }

    private synchronized HostCounts count(Lease lease, long nowMicros, Consumer<Listing> visitor) {
        // An invalid list would keep hosts in memory that have gone.
        replace(null);
        int listed = 0;
        int stale = 0;
        long validUntil = Long.MAX_VALUE;
        for (Listing listing : listings.values()) {
            CheckIn checkIn = listing.checkIn();
            if (lease.isListed(checkIn, nowMicros)) {
                boolean isStale = lease.isEnded(checkIn, nowMicros);
                listed++;
                visitor.accept(isStale ? listing.asStale() : listing);
                stale += isStale ? 1 : 0;
                validUntil = Math.min(validUntil, listedUntil(lease, checkIn, isStale));
            } else {
                listing.leaveLists();
            }
        }
        return new HostCounts(listed, stale, validUntil);
    }

    private static long listedUntil(Lease lease, CheckIn checkIn, boolean isStale) {
        return isStale ? lease.listedUntil(checkIn) : lease.endOf(checkIn);
    }

    /** Builds a list when a read needs it: many changes in a row cost nothing until then. */
    private synchronized Snapshot build(Lease lease, long nowMicros) {
        List<Listing> listed = new ArrayList<>(listings.size());
        ContentVersion version = ContentVersion.EMPTY;
        long validUntil = Long.MAX_VALUE;
        for (Listing listing : listings.values()) {
            CheckIn checkIn = listing.checkIn();
            if (lease.isListed(checkIn, nowMicros)) {
                boolean isStale = lease.isEnded(checkIn, nowMicros);
                Listing shown = isStale ? listing.asStale() : listing;
                listed.add(shown);
                version = version.plus(shown.version());
                validUntil = Math.min(validUntil, listedUntil(lease, checkIn, isStale));
            } else {
                listing.leaveLists();
            }
        }
        if (!version.equals(contentVersion)) {
            contentVersion = version;
            ofContent.release();
            ofContent = new RenderCache(budget);
        }
        Snapshot built = new Snapshot(
                name, listed, version, new RenderCache(budget), ofContent, lease, validUntil, this::placeOf);
        replace(built);
        return built;
    }
}
