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
     * Takes a permit.
     *
     * @param perSecond the rate, which may have changed
     * @return 0 if it was taken, otherwise the nanoseconds until there is one
     */
    synchronized long take(int perSecond, long nowNanos) {
        fill(perSecond, nowNanos);
        if (permits < 1) {
            return untilNext(perSecond);
        }
        permits--;
        return 0;
    }

    /**
     * Takes permits, also such as will only come, unless others are still to come: a large request is paid by a longer
     * wait.
     *
     * @return 0 if they were taken, otherwise the nanoseconds until there is one
     */
    synchronized long owe(int count, int perSecond, long nowNanos) {
        fill(perSecond, nowNanos);
        if (permits < 0) {
            return untilNext(perSecond);
        }
        permits -= count;
        return 0;
    }

    private void fill(int perSecond, long nowNanos) {
        permits = Math.min(perSecond, permits + (nowNanos - filledAt) / NANOS * perSecond);
        filledAt = nowNanos;
    }

    private long untilNext(int perSecond) {
        return (long) Math.ceil((1 - permits) / perSecond * NANOS);
    }
}
