package io.discovery.changes;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The latest changes that a member has learned of, in the order in which it did, as many as fit. Thread-safe; a reader
 * never waits for a writer.
 */
final class ChangeRing {

    /** Bytes of heap that a change may take on average: beyond it, fewer are kept. */
    private static final long BYTES_EACH = 1_024;

    /** Divisor of the heap for all of them. */
    private static final int HEAP_SHARE = 16;

    private final AtomicReferenceArray<RecordedChange> places;
    private final long mostBytes;
    private volatile long first;
    private volatile long next;
    private volatile long bytes;

    /**
     * A piece of what is recorded.
     *
     * @param next sequence number at which to go on
     * @param isWhole false if changes before these were dropped
     */
    record Piece(List<RecordedChange> changes, long next, boolean isWhole) {}

    /** @param most number of changes, above 0 */
    ChangeRing(int most) {
        this.places = new AtomicReferenceArray<>(most);
        this.mostBytes = Math.min(most * BYTES_EACH, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /** Adds a change, and drops the oldest ones if there is no room. */
    synchronized RecordedChange add(InstanceChange change, long learnedMicros) {
        long sequence = next;
        RecordedChange added = new RecordedChange(sequence, learnedMicros, change);
        long held = bytes + change.heapBytes();
        long oldest = first;
        while (oldest < sequence && (sequence - oldest >= places.length() || held > mostBytes)) {
            held -= places.get(place(oldest)).change().heapBytes();
            places.set(place(oldest), null);
            oldest++;
        }
        first = oldest;
        places.set(place(sequence), added);
        bytes = held;
        // Last: a reader that sees the number sees the change.
        next = sequence + 1;
        return added;
    }

    /** Returns a change; null if it was dropped. */
    @Nullable
    RecordedChange find(long sequence) {
        RecordedChange found = places.get(place(sequence));
        return found != null && found.sequence() == sequence ? found : null;
    }

    /** Returns the number of changes that it keeps at most. */
    int most() {
        return places.length();
    }

    /** Returns the bytes of heap that they take at most, about. */
    long mostBytes() {
        return mostBytes;
    }

    private int place(long sequence) {
        return (int) (sequence % places.length());
    }

    /** Returns the sequence number of the next change. */
    long next() {
        return next;
    }

    /** Returns the sequence number of the oldest change. */
    long first() {
        return first;
    }

    /** Returns about the bytes of heap that the changes take. */
    long bytes() {
        return bytes;
    }

    /** Returns the number of changes. */
    long size() {
        return next - first;
    }

    /**
     * Reads on in the order in which changes were recorded.
     *
     * @param from sequence number of the first
     * @param end sequence number behind the last
     * @param most maximum number of changes
     */
    Piece read(long from, long end, Predicate<RecordedChange> wanted, int most) {
        List<RecordedChange> found = new ArrayList<>();
        long begin = Math.max(from, first);
        boolean isWhole = begin == from;
        long sequence = begin;
        for (; sequence < end && found.size() < most; sequence++) {
            RecordedChange each = find(sequence);
            if (each == null) {
                // Dropped while this reads.
                isWhole = false;
            } else if (wanted.test(each)) {
                found.add(each);
            }
        }
        return new Piece(found, sequence, isWhole);
    }

    /** Returns all that is recorded and wanted, in the order in which it was recorded. */
    List<RecordedChange> read(Predicate<RecordedChange> wanted) {
        return read(first, next, wanted, Integer.MAX_VALUE).changes();
    }
}
