package io.discovery.directory;

/**
 * The hosts of a service in numbers.
 *
 * @param listed how many are listed
 * @param stale how many of these expiry protection alone keeps listed
 * @param validUntilMicros the last moment at which none of them has lapsed or gone
 */
public record HostCounts(int listed, int stale, long validUntilMicros) {

    static final HostCounts NONE = new HostCounts(0, 0, Long.MAX_VALUE);
}
