package io.discovery.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Iterator;
import java.util.Objects;

/**
 * Writes a long body a piece at a time, the next one when the last is with the socket; in between others have their turn.
 * Immutable; the pieces are asked for on the event loop of the request.
 */
record InPieces(Iterable<Buffer> pieces) implements Answer.Stream {

    private static final long TURN_MILLIS = 1;

    @Override
    public void begin(HttpServerResponse response) {
        Vertx vertx =
                Objects.requireNonNull(Vertx.currentContext(), "an event loop").owner();
        writeNext(pieces.iterator(), response, vertx);
    }

    private static void writeNext(Iterator<Buffer> rest, HttpServerResponse response, Vertx vertx) {
        if (!rest.hasNext()) {
            // One that fails has no client any more.
            response.end().onFailure(gone -> {});
            return;
        }
        Future<Void> sent = response.write(rest.next());
        if (isHttp2(response)) {
            Sending.resetIfUnread(response, sent);
        }
        // By a timer: Netty would run what is queued, and what that queues, for up to a second before it reads again.
        sent.onSuccess(taken -> vertx.setTimer(TURN_MILLIS, turn -> writeNext(rest, response, vertx)));
    }

    /** Over HTTP/1.1 the connection knows what is not read. */
    private static boolean isHttp2(HttpServerResponse response) {
        return response.streamId() >= 0;
    }
}
