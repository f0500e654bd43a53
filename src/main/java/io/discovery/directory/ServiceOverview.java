package io.discovery.directory;

import io.discovery.model.Lease;

/**
 * What the counts of all services depend on, without the counts.
 *
 * @param changes how many there had been before the first service was looked at
 */
public record ServiceOverview(long changes, Lease lease, long validUntilMicros) {

    boolean holds(long changesNow, Lease listing, long nowMicros) {
        return changesNow == changes && listing.equals(lease) && nowMicros <= validUntilMicros;
    }
}
