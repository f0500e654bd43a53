package io.discovery.connections;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that a client has sent on a connection of HTTP/1.1 and that no request has taken yet: a head that is not
 * whole, or a request behind one that has not been answered, of which one is read ahead. Belongs to the connection's
 * event loop.
 */
final class PendingHeads {

    private final Heads all;
    private @Nullable HeadDecoder decoder;
    private long unfinished;
    private long ahead;
    private long counted;
    private boolean isForgotten;

    PendingHeads(Heads all) {
        this.all = all;
    }

    /** It is this one from now on that reads them. */
    void readBy(HeadDecoder reading) {
        decoder = reading;
    }

    /** @param bytes that something takes which is not whole, or not read; none if there is nothing */
    void unfinished(long bytes) {
        unfinished = bytes;
        count();
    }

    /** A request is read. */
    void whole(long bytes) {
        ahead = bytes;
        count();
    }

    /** Records that the request that was read ahead begins, if there is one. */
    void begun() {
        if (ahead > 0) {
            ahead = 0;
            count();
            if (decoder != null && unfinished > 0) {
                decoder.goOnLater();
            }
        }
    }

    /** Returns whether a request has been read that has not begun. */
    boolean isAhead() {
        return ahead > 0;
    }

    boolean isAny() {
        return counted > 0;
    }

    boolean isForgotten() {
        return isForgotten;
    }

    /** The connection ends. */
    void forget() {
        if (!isForgotten) {
            isForgotten = true;
            count();
            if (decoder != null) {
                decoder.drop();
            }
        }
    }

    private void count() {
        long now = isForgotten ? 0 : unfinished + ahead;
        all.add(now - counted);
        counted = now;
    }
}
