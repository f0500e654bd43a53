package io.discovery.directory;

/**
 * Counts of live and lapsed instances in the whole directory, and whether expiry protection keeps the lapsed ones
 * listed. Valid until a change or until {@code validUntilMicros} has passed.
 *
 * @param lapsed not deregistered, and the lease ended less than 6 leases ago
 */
public record LeaseCounts(long live, long lapsed, boolean isProtecting, long validUntilMicros) {}
