package io.discovery.registry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** How many changes are under way, and no more than that. Safe for all threads. */
final class InFlightLimit {

    private final int most;
    private final AtomicInteger now = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    InFlightLimit(int most) {
        this.most = most;
    }

    /** Whether one more may begin; if so, {@link #end} must follow. */
    boolean begin() {
        if (now.incrementAndGet() <= most) {
            return true;
        }
        now.decrementAndGet();
        refuse();
        return false;
    }

    /** Counts one that was refused for another reason. */
    void refuse() {
        refused.increment();
    }

    void end() {
        now.decrementAndGet();
    }

    int now() {
        return now.get();
    }

    long refused() {
        return refused.sum();
    }
}
