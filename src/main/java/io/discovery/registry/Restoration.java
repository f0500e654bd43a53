package io.discovery.registry;

import io.discovery.model.Lease;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How rows of a backend come back into the registry.
 *
 * @param map the cluster's truth, which they are offered to
 * @param copy this member's copy, which tells what is news and shows it at once
 * @param grace how much later than its row says an instance may have checked in; zero if rows are never late
 */
public record Restoration(RegistrationCopies map, ReadCopy copy, Clock clock, Lease lease, Duration grace) {

    /** A new pass. */
    RowOffers begin() {
        return new RowOffers(this);
    }

    long graceMicros() {
        return TimeUnit.NANOSECONDS.toMicros(grace.toNanos());
    }
}
