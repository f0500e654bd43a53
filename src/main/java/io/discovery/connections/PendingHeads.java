package io.discovery.connections;

import org.jspecify.annotations.Nullable;

/**
 * The bytes that a client has sent on a connection of HTTP/1.1 and that no request has taken yet: a head that is not
 * whole, or a request behind one that has not been answered, of which one is read ahead. Belongs to the connection's
 * event loop.
 */
final class PendingHeads {

    private final Heads all;
    private final Runnable onRead;
    private @Nullable HeadDecoder decoder;
    private long unfinished;
    private long ahead;
    private long counted;
    private boolean isForgotten;

    /** @param onRead called when the decoder has gone on with bytes that had to wait for the begin of a request */
    PendingHeads(Heads all, Runnable onRead) {
        this.all = all;
        this.onRead = onRead;
    }

    /** Sets the decoder that reads them from now on. */
    void readBy(HeadDecoder reading) {
        decoder = reading;
    }

    /**
     * Records how much an unfinished head takes, with bytes that are not read.
     *
     * @param bytes zero if there are none
     */
    void unfinished(long bytes) {
        unfinished = bytes;
        count();
    }

    /**
     * Records that a request has been read.
     *
     * @param bytes of its head
     */
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

    /** Records that the decoder has read the bytes that had to wait for the begin of a request. */
    void wentOn() {
        onRead.run();
    }

    /** Returns whether a request has been read that has not begun. */
    boolean isAhead() {
        return ahead > 0;
    }

    /** Returns whether there are any. */
    boolean isAny() {
        return counted > 0;
    }

    /** Returns whether a decoder reads the bytes: the client speaks HTTP/1.1. */
    boolean isRead() {
        return decoder != null;
    }

    boolean isForgotten() {
        return isForgotten;
    }

    /** Forgets all, because the connection ends. */
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
