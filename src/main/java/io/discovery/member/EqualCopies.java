package io.discovery.member;

import io.discovery.reconciliation.PeerReconciliation;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The last moment at which this member's copy was equal to those of all its peers: a comparison to which all answered found
 * nothing new. A member without peers is equal to all. Thread-safe.
 */
final class EqualCopies {

    private final LongSupplier nanoTime;
    private volatile long equalAt;

    /** @param nanoTime {@link System#nanoTime}, or a test's; the age counts from now until copies have been equal */
    EqualCopies(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.equalAt = nanoTime.getAsLong();
    }

    void compared(PeerReconciliation.Result result) {
        if (result.isEqual()) {
            equalAt = nanoTime.getAsLong();
        }
    }

    /** Returns for how long no comparison has found the copies equal, in whole seconds. */
    long ageSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - equalAt);
    }
}
