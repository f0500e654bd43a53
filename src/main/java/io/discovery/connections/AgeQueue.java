package io.discovery.connections;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The connections or streams of one event loop that hold memory of a budget, in the order in which they began to.
 * Confined to its event loop, but for {@link #oldest}, by which the loops find the one that has held memory for longest
 * of all.
 */
final class AgeQueue<T> implements Iterable<T> {

    /** The age of an empty queue. */
    static final long NONE = Long.MAX_VALUE;

    private final Map<T, Long> since = new LinkedHashMap<>();
    private volatile long oldest = NONE;

    /** Adds a holder, unless it is here. */
    void add(T holder, long now) {
        since.putIfAbsent(holder, now);
        note();
    }

    void remove(T holder) {
        since.remove(holder);
        note();
    }

    boolean contains(T holder) {
        return since.containsKey(holder);
    }

    boolean isEmpty() {
        return since.isEmpty();
    }

    /** Returns the time at which the first began, or {@link #NONE}. From any thread. */
    long oldest() {
        return oldest;
    }

    private void note() {
        Iterator<Long> times = since.values().iterator();
        oldest = times.hasNext() ? times.next() : NONE;
    }

    /** Iterates from the oldest to the youngest. */
    @Override
    public Iterator<T> iterator() {
        return since.keySet().iterator();
    }
}
