package io.discovery.http;

import io.discovery.model.RegistryException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A long body that is written a piece at a time, each after the socket has taken the one before, and with a turn for
 * other requests in between. Immutable; the pieces are asked for on the event loop of the request.
 */
record ChunkedBody(Iterable<Buffer> pieces) implements Response.Stream {

    private static final Logger log = LoggerFactory.getLogger(ChunkedBody.class);
    private static final long TURN_MILLIS = 1;

    @Override
    public void begin(ResponseWriter writer) {
        Vertx vertx =
                Objects.requireNonNull(Vertx.currentContext(), "an event loop").owner();
        writeNext(pieces.iterator(), writer, vertx);
    }

    private static void writeNext(Iterator<Buffer> rest, ResponseWriter writer, Vertx vertx) {
        Buffer piece;
        try {
            piece = rest.hasNext() ? rest.next() : null;
        } catch (RegistryException refused) {
            // The client must not take the pieces that it has for all there are.
            log.info("an answer in pieces is broken off: {}", refused.getMessage());
            writer.breakOff();
            return;
        }
        if (piece == null) {
            // One that fails has no client any more.
            writer.end().onFailure(gone -> {});
            return;
        }
        // By a timer: Netty would run what is queued, and what that queues, for up to a second before it reads again.
        writer.write(piece).onSuccess(taken -> vertx.setTimer(TURN_MILLIS, turn -> writeNext(rest, writer, vertx)));
    }
}
