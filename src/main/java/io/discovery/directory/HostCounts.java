package io.discovery.directory;

/**
 * The numbers of hosts of a service.
 *
 * @param listed number of listed hosts
 * @param stale number of these that expiry protection alone keeps listed
 * @param validUntilMicros the last moment at which none of them has lapsed or gone
 */
public record HostCounts(int listed, int stale, long validUntilMicros) {

    static final HostCounts NONE = new HostCounts(0, 0, Long.MAX_VALUE);
}
