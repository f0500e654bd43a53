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
 * The way of an answer's body to its client. What waits below it counts: over HTTP/1.1 the connection knows what its socket
 * has not taken; over HTTP/2 each piece is told to it, and a client that does not read one in time loses the stream, since
 * others of the connection may be fine. Belongs to the event loop of the request.
 */
public final class ResponseWriter {

    /** RFC 9113, 7: the peer behaves in a way that costs too much. */
    private static final long ENHANCE_YOUR_CALM = 0xb;
    /** RFC 9113, 8.1: the answer is whole, and nobody wants the rest of the request. */
    private static final long NO_ERROR = 0;

    /** RFC 9113, 7. */
    private static final long INTERNAL_ERROR = 0x2;

    private final HttpServerResponse response;
    private final Exchange exchange;

    public ResponseWriter(HttpServerResponse response, Exchange exchange) {
        this.response = response;
        this.exchange = exchange;
    }

    /** Writes a piece, which the client must take as it must take a whole answer; done when the socket has it. */
    public Future<Void> write(Buffer piece) {
        return write(piece, Connections.TAKING_LIMIT);
    }

    /** Writes a piece which the client may take longer for. */
    public Future<Void> write(Buffer piece, Duration limit) {
        return watched(piece, limit, response.write(piece));
    }

    /** Writes the last piece, or all of it. */
    Future<Void> end(Buffer piece) {
        return over(watched(piece, Connections.TAKING_LIMIT, response.end(piece)));
    }

    /** Ends it, if that has not been done. */
    public Future<Void> end() {
        return over(response.end());
    }

    /** Ends an answer that cannot go on such that its client knows: the stream with an error, over HTTP/1.1 the connection. */
    void breakOff() {
        response.reset(INTERNAL_ERROR);
    }

    /** Called when the client is gone, or has all. */
    public void onClose(Runnable gone) {
        response.closeHandler(closed -> gone.run());
    }

    /** Counts what is kept for this client beside, as long as the answer goes on; false if there is no room for it. */
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

    /** The stream of a request that was answered before it was whole would stay open for as long as its client likes. */
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
