package io.discovery.memory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The memory for entries that can be created again, such as lists rendered for clients. All entries together have a
 * share of the heap, and an eighth of that share while the heap is scarce. The budget first drops entries that no
 * client has used since the last check for unused ones. Thread-safe.
 */
public final class CacheBudget {

    /** Bytes that an entry costs beside its content, here and with its owner. */
    static final long COST = 250;

    private final long most;
    private final HeapReserve heap;
    /** Entries by the time of their last check for use; the one checked longest ago comes first. */
    private final Set<Entry> entries = new LinkedHashSet<>();

    private long bytes;

    /** @param most maximum bytes of all entries together */
    public CacheBudget(long most, HeapReserve heap) {
        this.most = most;
        this.heap = heap;
        heap.onShortage(() -> drop(takeOut(room())));
    }

    /** Returns a budget that keeps every entry, for callers without clients. */
    public static CacheBudget unlimited() {
        return new CacheBudget(Long.MAX_VALUE, new HeapReserve(Long.MAX_VALUE));
    }

    /** A cached object: it has no size at first, then it counts, then its owner releases it or the budget drops it. */
    public final class Entry {

        private final Runnable drop;
        private long size;
        private boolean isReleased;
        /** Written by readers in a harmless race: without a fence a read costs next to nothing. */
        private boolean isUsed;

        private Entry(Runnable drop) {
            this.drop = drop;
        }

        /**
         * Counts this entry, unless it is released, and drops other entries if all together are too large; drops only
         * this entry if it is too large by itself.
         *
         * @param bytes size of the content
         */
        public void keep(long bytes) {
            drop(add(this, bytes + COST));
        }

        /** Marks this entry as used for a client, so that it stays longer than unused entries. */
        public void use() {
            if (!isUsed) {
                isUsed = true;
            }
        }

        /** Stops counting this entry, because its owner drops it. */
        public void release() {
            remove(this);
        }
    }

    /**
     * Returns an entry that counts from the moment at which its owner reports its size.
     *
     * @param drop removes the cached object; called at most once, on any thread; must not block
     */
    public Entry entry(Runnable drop) {
        return new Entry(drop);
    }

    /** Adds an entry, and returns the entries to drop for it. */
    private synchronized List<Entry> add(Entry entry, long size) {
        if (entry.isReleased || entries.contains(entry)) {
            return List.of();
        }
        long limit = room();
        if (size > limit) {
            // Without this entry there is as much room as before: dropping others would gain nothing.
            entry.isReleased = true;
            return List.of(entry);
        }
        // The first entry goes first, even if all are in use.
        List<Entry> others = takeOut(limit - size);
        entry.size = size;
        entries.add(entry);
        bytes += size;
        return others;
    }

    private synchronized void remove(Entry entry) {
        entry.isReleased = true;
        if (entries.remove(entry)) {
            bytes -= entry.size;
        }
    }

    /** Returns the maximum bytes that all entries together may take now. */
    public long room() {
        return heap.passing(most);
    }

    /** Returns the bytes of all entries. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Drops entries; not under the lock of the budget, because their owners have locks of their own. */
    private static void drop(List<Entry> tooMuch) {
        tooMuch.forEach(entry -> entry.drop.run());
    }

    private synchronized List<Entry> takeOut(long limit) {
        List<Entry> tooMuch = new ArrayList<>();
        for (int chances = entries.size(); bytes > limit && !entries.isEmpty(); ) {
            Iterator<Entry> oldest = entries.iterator();
            Entry entry = oldest.next();
            oldest.remove();
            if (entry.isUsed && chances-- > 0) {
                entry.isUsed = false;
                entries.add(entry);
            } else {
                entry.isReleased = true;
                bytes -= entry.size;
                tooMuch.add(entry);
            }
        }
        return tooMuch;
    }
}
