package io.discovery.audit;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The events that wait to be written, with a fixed budget of memory. The budget does not shrink while the heap is
 * scarce, as other budgets do: clients that fill a heap must not be able to leave the audit log without room.
 *
 * <p>An event that finds the queue full is lost. In the place of the first lost event stands a gap, which becomes a line
 * of its own when all events before it are written; it then says how many were lost up to that time. Many threads add,
 * one writes. Locks are held for a few steps only.
 */
final class AuditQueue {

    /** Maximum number of events in one batch. */
    private static final int BATCH = 256;
    /** Bytes of events after which a batch takes no more. */
    private static final long BATCH_BYTES = 128 * 1024;

    private final Deque<AuditEvent> events = new ArrayDeque<>();
    private final long mostBytes;
    private long bytes;
    private long lost;
    private boolean closed;
    /** Number of lost events that no line tells yet. */
    private long untold;
    /** Number of events before the gap. */
    private int beforeGap;

    AuditQueue(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Returns whether the writer must be told: the queue was empty. */
    synchronized boolean add(AuditEvent event) {
        long size = event.bytes();
        if (closed || bytes + size > mostBytes) {
            lose();
            return false;
        }
        bytes += size;
        events.add(event);
        return events.size() == 1;
    }

    private void lose() {
        if (untold == 0) {
            beforeGap = events.size();
        }
        untold++;
        lost++;
    }

    /** Returns the events to be written next, without removing them; empty if none wait. */
    synchronized List<AuditEvent> next(Instant now) {
        if (untold > 0 && beforeGap == 0) {
            AuditEvent gap = gap(now);
            untold = 0;
            bytes += gap.bytes();
            events.addFirst(gap);
        }
        List<AuditEvent> batch = new ArrayList<>();
        long size = 0;
        for (AuditEvent event : events) {
            size += event.bytes();
            boolean isFull = batch.size() == BATCH || size > BATCH_BYTES;
            if (!batch.isEmpty() && (isFull || untold > 0 && batch.size() == beforeGap)) {
                break;
            }
            batch.add(event);
        }
        return batch;
    }

    private AuditEvent gap(Instant now) {
        return AuditEvent.ofMember(
                now, "lost", Map.of("events", Long.toString(untold)), "too many events waited to be written");
    }

    /** Removes the first events: they are written. The queue may have been closed meanwhile. */
    synchronized void written(int count) {
        for (int i = 0; i < count; i++) {
            AuditEvent event = events.poll();
            bytes -= event == null ? 0 : event.bytes();
        }
        beforeGap = Math.max(0, beforeGap - count);
    }

    /** Takes no more events; all that still wait are lost. Returns how many these are. */
    synchronized int close() {
        closed = true;
        int left = events.size();
        lost += left;
        events.clear();
        bytes = 0;
        beforeGap = 0;
        return left;
    }

    synchronized int size() {
        return events.size();
    }

    /** Returns the number of events that no line has, and none will. */
    synchronized long lost() {
        return lost;
    }

    /** Returns whether little room is left. */
    synchronized boolean isCrowded() {
        return bytes > mostBytes / 2;
    }
}
