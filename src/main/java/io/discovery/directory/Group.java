package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The listings that are read together, those of one service or of one repo. Safe for all threads. */
final class Group {

    private final String name;
    private final CacheBudget budget;
    private final TreeMap<InstanceKey, Listing> listings = new TreeMap<>();
    private volatile @Nullable Snapshot snapshot;
    /** Of the content that was last read. */
    private ContentVersion contentVersion = ContentVersion.EMPTY;

    private Renderings ofContent;

    /** @param budget for what is made of its lists */
    Group(String name, CacheBudget budget) {
        this.name = name;
        this.budget = budget;
        this.ofContent = new Renderings(budget);
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

    private void replace(@Nullable Snapshot next) {
        Snapshot before = snapshot;
        snapshot = next;
        if (before != null) {
            before.release();
        }
    }

    synchronized boolean isEmpty() {
        return listings.isEmpty();
    }

    /** @param lease by which instances are listed now */
    Snapshot snapshot(Lease lease, long nowMicros) {
        Snapshot current = snapshot;
        return current != null && current.isValid(lease, nowMicros) ? current : build(lease, nowMicros);
    }

    /** Built when a read needs it: many changes in a row cost nothing until then. */
    private synchronized Snapshot build(Lease lease, long nowMicros) {
        List<Listing> listed = new ArrayList<>(listings.size());
        ContentVersion version = ContentVersion.EMPTY;
        long validUntil = Long.MAX_VALUE;
        for (Listing listing : listings.values()) {
            CheckIn checkIn = listing.checkIn();
            if (lease.isListed(checkIn, nowMicros)) {
                boolean stale = lease.isEnded(checkIn, nowMicros);
                Listing shown = stale ? listing.asStale() : listing;
                listed.add(shown);
                version = version.plus(shown.version());
                validUntil = Math.min(validUntil, stale ? lease.listedUntil(checkIn) : lease.endOf(checkIn));
            } else {
                listing.leaveLists();
            }
        }
        if (!version.equals(contentVersion)) {
            contentVersion = version;
            ofContent.release();
            ofContent = new Renderings(budget);
        }
        Snapshot built = new Snapshot(name, listed, version, new Renderings(budget), ofContent, lease, validUntil);
        replace(built);
        return built;
    }
}
