package io.discovery.directory;

/**
 * How many instances of the whole directory are live and how many have lapsed, and whether expiry protection keeps the
 * lapsed ones listed. Holds until something changes or {@code validUntilMicros} has passed.
 *
 * @param lapsed not deregistered, and the lease ended less than 6 leases ago
 */
public record LeaseCounts(long live, long lapsed, boolean isProtecting, long validUntilMicros) {}
