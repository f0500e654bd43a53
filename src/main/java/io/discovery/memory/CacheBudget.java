package io.discovery.memory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The memory for entries that can be made again, such as lists rendered for clients. All entries together have a share of the
 * heap, and an eighth of that while the heap is scarce. Entries that no client has used since they were last looked at go
 * first. Safe for all threads.
 */
public final class CacheBudget {

    /** What an entry costs beside its bytes, here and where it is kept. */
    static final long COST = 250;

    private final long most;
    private final HeapReserve heap;
    /** The one that was looked at longest ago comes first. */
    private final Set<Entry> entries = new LinkedHashSet<>();

    private long bytes;

    /** @param most bytes, all entries together */
    public CacheBudget(long most, HeapReserve heap) {
        this.most = most;
        this.heap = heap;
        heap.onShortage(() -> drop(takeOut(room())));
    }

    /** A budget that keeps every entry, for callers without clients. */
    public static CacheBudget unlimited() {
        return new CacheBudget(Long.MAX_VALUE, new HeapReserve(Long.MAX_VALUE));
    }

    /** Something that may be kept: first it has no size yet, then it counts, then it is released or dropped. */
    public final class Entry {

        private final Runnable drop;
        private long size;
        private boolean isReleased;
        /** Written by readers in a race that harms nobody: without a fence a read costs next to nothing. */
        private boolean isUsed;

        private Entry(Runnable drop) {
            this.drop = drop;
        }

        /**
         * Counts it, unless it is released, and has others dropped if all are too much; this one alone, if it is too much by
         * itself.
         *
         * @param bytes how many it takes
         */
        public void keep(long bytes) {
            drop(add(this, bytes + COST));
        }

        /** A client is served from it: it stays longer than what is of no use. */
        public void use() {
            if (!isUsed) {
                isUsed = true;
            }
        }

        /** Counts it no more, because its owner lets go of it. */
        public void release() {
            remove(this);
        }
    }

    /**
     * Something that may be kept from now on; it counts when its owner says how large it is.
     *
     * @param drop lets go of it; called once at most, on any thread. Must not block
     */
    public Entry entry(Runnable drop) {
        return new Entry(drop);
    }

    /** Answers what is to be dropped for it. */
    private synchronized List<Entry> add(Entry entry, long size) {
        if (entry.isReleased || entries.contains(entry)) {
            return List.of();
        }
        long limit = room();
        if (size > limit) {
            // Without it there is as much room as before: the others would go for nothing.
            entry.isReleased = true;
            return List.of(entry);
        }
        // What came first goes first, also if all are in use.
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

    /** How many bytes all entries together may take now. */
    public long room() {
        return heap.passing(most);
    }

    /** How many bytes are kept. */
    public synchronized long bytes() {
        return bytes;
    }

    /** Not while others wait: what is dropped has locks of its own. */
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
