package io.discovery.registry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** A limited number of changes under way. Thread-safe. */
final class InFlightLimit {

    private final int most;
    private final AtomicInteger now = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    InFlightLimit(int most) {
        this.most = most;
    }

    /** Returns whether one more change may begin; if so, {@link #end} must follow. */
    boolean begin() {
        if (now.incrementAndGet() <= most) {
            return true;
        }
        now.decrementAndGet();
        refuse();
        return false;
    }

    /** Counts a change that was refused for another reason. */
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
