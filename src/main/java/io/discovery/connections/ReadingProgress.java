package io.discovery.connections;

import java.time.Duration;

/**
 * The progress that a client makes in reading its responses. Times are those of the connections' clock. Confined to the
 * event loop of its connection.
 */
final class ReadingProgress {

    /** Time for which a client may read a response when there are too many connections. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private boolean isReading;
    private long since;
    private long takenThen;

    /** Returns whether the client has anything left to read. */
    boolean isReading() {
        return isReading;
    }

    /** @param taken bytes that the client has read so far */
    void begin(long now, long taken) {
        isReading = true;
        since = now;
        takenThen = taken;
    }

    void end() {
        isReading = false;
    }

    /** Returns whether the client could have read more than it has. */
    boolean isSlow(long now) {
        return isReading && now - since > PATIENCE.toNanos();
    }

    /** Returns whether the client has read next to nothing for long; begins anew if it has read enough. */
    boolean isStuck(long now, long taken) {
        if (!isReading || now - since <= Connections.TAKING_LIMIT.toNanos()) {
            return false;
        }
        boolean isStuck = taken - takenThen < Connections.LEAST_TAKEN;
        if (!isStuck) {
            begin(now, taken);
        }
        return isStuck;
    }
}
