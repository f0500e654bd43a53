package io.discovery.directory;

import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Exact counts of live and lapsed instances at each moment, without a scan of all instances and without a timer.
 *
 * <p>An instance is live until its lease ends and lapsed for a fixed time after that, so the ends of leases alone
 * determine both counts, and time only moves two marks, now and now less the overtime, up a sorted list of ends. A
 * change costs a step in a tree; a mark passes each end once in the life of a lease. A reader compares now with the
 * moment up to which the last count holds, and moves the marks only if that has passed.
 *
 * <p>Thread-safe. The clock must not run backwards; a reader that was overtaken by another sees the later count.
 */
final class LeaseEnds {

    private final Lease lease;
    private final long overtimeMicros;
    /** Number of leases of live and lapsed instances by their ends; an older end never counts again. */
    private final TreeMap<Long, Integer> ends = new TreeMap<>();

    private long now;
    private long live;
    private long lapsed;
    private volatile LeaseCounts census;
    /** Number of times that protection has begun or ended. */
    private volatile int protectionChanges;

    LeaseEnds(Lease lease, long nowMicros) {
        this.lease = lease;
        this.overtimeMicros = lease.withOvertime().overtimeMicros();
        this.now = nowMicros;
        this.census = new LeaseCounts(0, 0, false, Long.MAX_VALUE);
    }

    LeaseCounts at(long nowMicros) {
        LeaseCounts current = census;
        return nowMicros <= current.validUntilMicros() ? current : advance(nowMicros);
    }

    /** Replaces the check-in of an instance; null for none. */
    synchronized void replace(@Nullable CheckIn before, @Nullable CheckIn after) {
        long validUntil = census.validUntilMicros();
        if (before != null) {
            add(lease.endOf(before), -1);
        }
        if (after != null) {
            long end = lease.endOf(after);
            add(end, 1);
            validUntil = Math.min(validUntil, nextChange(end));
        }
        // If the first of all ends has gone, this is too early, and the next reader after it counts again.
        publish(validUntil);
    }

    private void add(long end, int count) {
        if (end < now - overtimeMicros) {
            return;
        }
        ends.merge(end, count, (a, b) -> a + b == 0 ? null : a + b);
        if (end >= now) {
            live += count;
        } else {
            lapsed += count;
        }
    }

    private synchronized LeaseCounts advance(long to) {
        if (to > census.validUntilMicros()) {
            long ended = sum(ends.subMap(now, to));
            SortedMap<Long, Integer> gone = ends.headMap(to - overtimeMicros);
            live -= ended;
            lapsed += ended - sum(gone);
            gone.clear();
            now = to;
            publish(Math.min(firstChangeFrom(now), firstChangeFrom(Long.MIN_VALUE)));
        }
        return census;
    }

    private static long sum(SortedMap<Long, Integer> counts) {
        long sum = 0;
        for (int count : counts.values()) {
            sum += count;
        }
        return sum;
    }

    /** Returns the number of times that protection has begun or ended. */
    int protectionChanges() {
        return protectionChanges;
    }

    /** Returns the number of leases it holds. */
    synchronized long size() {
        return sum(ends);
    }

    private synchronized void publish(long validUntil) {
        LeaseCounts counted = new LeaseCounts(live, lapsed, ExpiryProtection.isActive(live, lapsed), validUntil);
        if (!counted.equals(census)) {
            if (counted.isProtecting() != census.isProtecting()) {
                // Before readers can see it.
                protectionChanges++;
            }
            census = counted;
        }
    }

    private long firstChangeFrom(long end) {
        Long first = ends.ceilingKey(end);
        return first == null ? Long.MAX_VALUE : nextChange(first);
    }

    /** Returns the last moment at which a lease with this end counts as it does now. */
    private long nextChange(long end) {
        if (end >= now) {
            return end;
        }
        return end >= now - overtimeMicros ? end + overtimeMicros : Long.MAX_VALUE;
    }
}
