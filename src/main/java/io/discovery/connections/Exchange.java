package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request of a connection and its answer, from the end of the request's head until its body is read and its answer is
 * written. Belongs to the connection's event loop.
 */
public final class Exchange {

    /**
     * Bytes that a request holds while it waits, with its connection or its stream of HTTP/2, and without the texts of its head.
     * Measured: src/docs/limits.md.
     */
    public static final long COST = 8 * 1024;

    private final Connection connection;
    private boolean isBodyDue = true;
    private boolean isBodyCounted = true;
    private boolean isGone;
    private boolean isWaiting;
    /** What it has taken of {@link WaitingRequests}, beside what it keeps. */
    private long taken;

    private long kept;

    Exchange(Connection connection) {
        this.connection = connection;
    }

    /** The body of the request is whole, or will not come; to be told once. */
    public void bodyRead() {
        if (isBodyCounted) {
            isBodyCounted = false;
            connection.bodyRead();
        }
        isBodyDue = false;
    }

    /** The request's stream of HTTP/2 has ended before its body, and with it the way to the client; to be told once. */
    public void brokenOff() {
        isGone = true;
        bodyRead();
    }

    /** Whether there is nobody to answer: to write to a stream that is gone is an error of the whole connection. */
    public boolean isGone() {
        return isGone;
    }

    /** Whether some of the request's body may come yet. */
    public boolean isBodyDue() {
        return isBodyDue;
    }

    /** The answer is written, or there will be none; to be told once. */
    public void answered() {
        if (isWaiting) {
            isWaiting = false;
            connection.endsWaiting(taken + kept);
        }
        connection.answered();
    }

    /**
     * The request is to wait until something happens, until it is {@link #answered}.
     *
     * @param bytes it holds meanwhile
     * @return false if those who wait have all they may have: it is to be refused
     */
    public boolean waits(long bytes) {
        isWaiting = connection.beginsWaiting(bytes, isBodyCounted);
        if (isWaiting) {
            isBodyCounted = false;
            taken = bytes;
        }
        return isWaiting;
    }

    /** Why those who wait have less than they may have otherwise; null if they have not. */
    public @Nullable String whyScarce() {
        return connection.whyScarce();
    }

    /**
     * A request that {@link #waits} keeps so many bytes beside, from now on.
     *
     * @return false if there is no room for them: it keeps as many as before
     */
    public boolean keeps(long bytes) {
        if (!isWaiting || !connection.takesMore(bytes - kept)) {
            return bytes == 0;
        }
        kept = bytes;
        return true;
    }

    /**
     * A piece of the answer waits in HTTP/2's flow control until the client reads it, or until its stream is reset.
     *
     * @param limit how long it may
     * @param reset resets the stream, later on the same event loop
     */
    public UnreadPiece unread(ByteBuf piece, Duration limit, Runnable reset) {
        return connection.unread(new UnreadPiece(connection, piece, limit, reset));
    }
}
