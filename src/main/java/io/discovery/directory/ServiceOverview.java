package io.discovery.directory;

import io.discovery.model.Lease;

/**
 * The state on which the counts of all services depend, without the counts.
 *
 * @param changes number of changes before the first service was read
 */
public record ServiceOverview(long changes, Lease lease, long validUntilMicros) {

    boolean holds(long changesNow, Lease listing, long nowMicros) {
        return changesNow == changes && listing.equals(lease) && nowMicros <= validUntilMicros;
    }
}
