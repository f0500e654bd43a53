package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The listings that are read together, those of one service or of one repo. Safe for all threads. */
final class ListingGroup {

    private static final AtomicReferenceFieldUpdater<ListingGroup, @Nullable Snapshot> SNAPSHOT =
            AtomicReferenceFieldUpdater.newUpdater(ListingGroup.class, Snapshot.class, "snapshot");

    private final String name;
    private final CacheBudget budget;
    private final TreeMap<InstanceKey, Listing> listings = new TreeMap<>();
    /** Kept while there is room for it: there may be as many groups as hosts. */
    private volatile @Nullable Snapshot snapshot;
    /** Of the content that was last read. */
    private ContentVersion contentVersion = ContentVersion.EMPTY;

    private RenderCache ofContent;

    /** @param budget for its lists and what is made of them */
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

    /** There is no room for it. Waits for nobody: whoever makes room may have the lock of another group. */
    private void drop(Snapshot old) {
        if (SNAPSHOT.compareAndSet(this, old, null)) {
            old.release();
        }
    }

    synchronized boolean isEmpty() {
        return listings.isEmpty();
    }

    /** @param lease by which instances are listed now */
    Snapshot snapshot(Lease lease, long nowMicros) {
        Snapshot current = snapshot;
        if (current != null && current.isValid(lease, nowMicros)) {
            current.use();
            return current;
        }
        Snapshot built = build(lease, nowMicros);
        // Behind the lock, for it has others dropped.
        built.keep();
        return built;
    }

    /** How many are listed, without a list that would have to be kept. */
    HostCounts counts(Lease lease, long nowMicros) {
        Snapshot current = snapshot;
        return current != null && current.isValid(lease, nowMicros)
                ? new HostCounts(current.listings().size(), current.stale(), current.validUntilMicros())
                : count(lease, nowMicros);
    }

    private synchronized HostCounts count(Lease lease, long nowMicros) {
        // One that does not hold any more would keep hosts that have gone.
        replace(null);
        int listed = 0;
        int stale = 0;
        long validUntil = Long.MAX_VALUE;
        for (Listing listing : listings.values()) {
            CheckIn checkIn = listing.checkIn();
            if (lease.isListed(checkIn, nowMicros)) {
                boolean isStale = lease.isEnded(checkIn, nowMicros);
                listed++;
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

    /** Built when a read needs it: many changes in a row cost nothing until then. */
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
