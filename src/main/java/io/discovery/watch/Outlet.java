package io.discovery.watch;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * The way to one client. It takes the next piece when the last one is with the socket: a client that reads slowly holds one
 * piece, and whoever sends looks again at what there is to send by then. Belongs to its event loop.
 */
final class Outlet {

    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    private final HttpServerResponse response;
    private final Streams streams;
    private final int turn;
    private final Source source;
    private boolean isBusy;
    private boolean isLate;
    private boolean isOver;

    /** Where the pieces come from. */
    interface Source {
        /** It takes pieces again, after it did not. */
        void free();

        /** It has ended, by whomever; comes once. */
        void over();
    }

    Outlet(HttpServerResponse response, Streams streams, Source source) {
        this.response = response;
        this.streams = streams;
        this.source = source;
        this.turn = streams.enter(this);
        response.closeHandler(gone -> close());
    }

    boolean isFree() {
        return isIdle() && !streams.loop().isHeld();
    }

    private boolean isIdle() {
        return !isBusy && !isOver;
    }

    /** The source may look again: for a while it could not. */
    void wake() {
        if (isFree()) {
            source.free();
        }
    }

    /** To be called only while it is free. */
    void send(Buffer piece) {
        Future<Void> written = response.write(piece);
        if (!written.isComplete()) {
            isBusy = true;
            written.onComplete(done -> free());
        }
    }

    private void free() {
        isBusy = false;
        isLate = false;
        if (!isOver) {
            source.free();
        }
    }

    /**
     * Shows that the stream lives, if nothing else is on its way. A piece that was on its way the last time too is not read.
     * Over HTTP/1.1 that ends the connection, which knows how much of it is; over HTTP/2 other streams of it may be fine.
     */
    void pulse() {
        if (isIdle()) {
            send(COMMENT);
        } else if (isLate && isHttp2()) {
            response.reset();
            close();
        } else {
            isLate = true;
        }
    }

    private boolean isHttp2() {
        return response.streamId() >= 0;
    }

    /** Ends the stream as a whole answer ends: the client comes again. */
    void end() {
        if (!isOver) {
            close();
            // One that fails has no client any more.
            response.end().onFailure(gone -> {});
        }
    }

    private void close() {
        if (!isOver) {
            isOver = true;
            streams.leave(this, turn);
            source.over();
        }
    }
}
