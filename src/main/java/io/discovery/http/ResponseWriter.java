package io.discovery.http;

import io.discovery.connections.Connections;
import io.discovery.connections.Exchange;
import io.discovery.connections.UnreadPiece;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.time.Duration;

/**
 * The writer of a response's body. Bytes that wait for the client count: over HTTP/1.1 the connection knows what its
 * socket has not taken; over HTTP/2 the writer tells it of each piece, and a client that does not read one in time
 * loses the stream, since other streams of the connection may be fine. Confined to the event loop of the request.
 */
public final class ResponseWriter {

    /** RFC 9113, 7: the peer behaves in a way that costs too much. */
    private static final long ENHANCE_YOUR_CALM = 0xb;
    /** RFC 9113, 8.1: the response is whole, and the rest of the request is not needed. */
    private static final long NO_ERROR = 0;

    /** RFC 9113, 7. */
    private static final long INTERNAL_ERROR = 0x2;

    private final HttpServerResponse response;
    private final Exchange exchange;

    public ResponseWriter(HttpServerResponse response, Exchange exchange) {
        this.response = response;
        this.exchange = exchange;
    }

    /**
     * Writes a piece, for which the client has the same time as for a whole response; completes when the socket has it.
     */
    public Future<Void> write(Buffer piece) {
        return write(piece, Connections.TAKING_LIMIT);
    }

    /** Writes a piece for which the client has another time. */
    public Future<Void> write(Buffer piece, Duration limit) {
        return watched(piece, limit, response.write(piece));
    }

    /** Writes the last piece, or the whole body. */
    Future<Void> end(Buffer piece) {
        return over(watched(piece, Connections.TAKING_LIMIT, response.end(piece)));
    }

    /** Ends the body, unless it has ended. */
    public Future<Void> end() {
        return over(response.end());
    }

    /**
     * Ends a response that cannot go on in a way that its client notices: the stream with an error, over HTTP/1.1 the
     * connection.
     */
    void breakOff() {
        response.reset(INTERNAL_ERROR);
    }

    /** Sets a task for when the client is gone, or has the whole response. */
    public void onClose(Runnable gone) {
        response.closeHandler(closed -> gone.run());
    }

    /**
     * Counts bytes kept for this client beside, while the response goes on; returns false if there is no room for them.
     */
    public boolean keeps(long bytes) {
        return exchange.keeps(bytes);
    }

    private boolean isHttp2() {
        return response.streamId() >= 0;
    }

    private Future<Void> watched(Buffer piece, Duration limit, Future<Void> written) {
        if (isHttp2() && !written.isComplete()) {
            UnreadPiece unread = exchange.unread(
                    ((BufferInternal) piece).getByteBuf(), limit, () -> response.reset(ENHANCE_YOUR_CALM));
            written.onComplete(done -> unread.taken());
        }
        return written;
    }

    /** Resets the stream of a request that is not whole: it would stay open for as long as its client likes. */
    private Future<Void> over(Future<Void> ended) {
        if (isHttp2() && exchange.isBodyDue()) {
            ended.onSuccess(written -> {
                if (exchange.isBodyDue()) {
                    response.reset(NO_ERROR);
                }
            });
        }
        return ended;
    }
}
