package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request of a connection and its response, from the end of the request's head until its body is read and its
 * response is written. Confined to the connection's event loop.
 */
public final class Exchange {

    /**
     * Bytes that a request holds while it waits, with its connection or its HTTP/2 stream, and without the texts of its
     * head. Measured: src/docs/limits.md.
     */
    public static final long COST = 8 * 1024;

    private final Connection connection;
    private boolean isBodyDue = true;
    private boolean isBodyCounted = true;
    private boolean isGone;
    private boolean isWaiting;
    /** Bytes taken from {@link WaitingRequests}, without those of {@link #keeps}. */
    private long taken;

    private long kept;

    Exchange(Connection connection) {
        this.connection = connection;
    }

    /** Records that the body of the request is whole, or will not come; to be called once. */
    public void bodyRead() {
        if (isBodyCounted) {
            isBodyCounted = false;
            connection.bodyRead();
        }
        isBodyDue = false;
    }

    /**
     * Records that the request's HTTP/2 stream has ended before its body, and with it the way to the client; to be
     * called once.
     */
    public void brokenOff() {
        isGone = true;
        bodyRead();
    }

    /**
     * Returns whether the client is unreachable: a write to a stream that has ended is an error of the whole
     * connection.
     */
    public boolean isGone() {
        return isGone;
    }

    /** Returns whether some of the request's body may come yet. */
    public boolean isBodyDue() {
        return isBodyDue;
    }

    /** Records that the response is written, or that there will be none; to be called once. */
    public void answered() {
        if (isWaiting) {
            isWaiting = false;
            connection.endsWaiting(taken + kept);
        }
        connection.answered();
    }

    /**
     * Makes the request wait for something to happen, until it is {@link #answered}.
     *
     * @param bytes it holds meanwhile
     * @return false if there is no room for another waiting request: it is to be refused
     */
    public boolean waits(long bytes) {
        isWaiting = connection.beginsWaiting(bytes, isBodyCounted);
        if (isWaiting) {
            isBodyCounted = false;
            taken = bytes;
        }
        return isWaiting;
    }

    /** Returns why waiting requests have less room than configured, or null if they have not. */
    public @Nullable String whyScarce() {
        return connection.waits().whyScarce();
    }

    /**
     * Sets the bytes that a waiting request keeps beside.
     *
     * @return false if there is no room for them: it keeps as many as before
     */
    public boolean keeps(long bytes) {
        if (!isWaiting || !connection.waits().take(bytes - kept)) {
            return bytes == 0;
        }
        kept = bytes;
        return true;
    }

    /**
     * Counts a piece of the response that waits in HTTP/2's flow control until the client reads it, or until its stream
     * is reset.
     *
     * @param limit maximum time unread
     * @param reset resets the stream, later on the same event loop
     */
    public UnreadPiece unread(ByteBuf piece, Duration limit, Runnable reset) {
        return connection.unread(new UnreadPiece(connection, piece, limit, reset));
    }
}
