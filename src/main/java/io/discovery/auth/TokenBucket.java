package io.discovery.auth;

/**
 * Permits that come at a rate, a second's worth at most: a client may send that many at once. Thread-safe.
 */
final class TokenBucket {

    private static final double NANOS = 1e9;

    private double permits;
    private long filledAt;

    /** @param perSecond the permits with which the bucket begins */
    TokenBucket(int perSecond, long nowNanos) {
        this.permits = perSecond;
        this.filledAt = nowNanos;
    }

    /**
     * Takes permits, more than there are if there is one at least: a large request is paid by a longer wait.
     *
     * @param perSecond the rate, which may have changed
     * @return 0 if the permits were taken, otherwise the nanoseconds until there is one
     */
    synchronized long take(int count, int perSecond, long nowNanos) {
        permits = Math.min(perSecond, permits + (nowNanos - filledAt) / NANOS * perSecond);
        filledAt = nowNanos;
        if (permits < 1) {
            return (long) Math.ceil((1 - permits) / perSecond * NANOS);
        }
        permits -= count;
        return 0;
    }
}
