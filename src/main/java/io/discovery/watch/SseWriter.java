package io.discovery.watch;

import io.discovery.http.AnswerWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * The way to one client. It takes the next piece when the last one is with the socket: a client that reads slowly holds one
 * piece, and whoever sends looks again at what there is to send by then. Belongs to its event loop.
 */
final class SseWriter {

    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    /** Two comments are due after it. Over HTTP/1.1 the connection knows how much is read. */
    private static final Duration TAKING_LIMIT = Duration.ofSeconds(2 * SseKeepAlive.TURNS);

    private final AnswerWriter writer;
    private final StreamContext streams;
    private final int turn;
    private final Source source;
    private boolean isBusy;
    private boolean isOver;

    /** Where the pieces come from. */
    interface Source {
        /** It takes pieces again, after it did not. */
        void free();

        /** It has ended, by whomever; comes once. */
        void over();
    }

    SseWriter(AnswerWriter writer, StreamContext streams, Source source) {
        this.writer = writer;
        this.streams = streams;
        this.source = source;
        this.turn = streams.enter(this);
        writer.onClose(this::close);
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
        Future<Void> written = writer.write(piece, TAKING_LIMIT);
        if (!written.isComplete()) {
            isBusy = true;
            written.onComplete(done -> free());
        }
    }

    private void free() {
        isBusy = false;
        if (!isOver) {
            source.free();
        }
    }

    /** Shows that the stream lives, if nothing else is on its way. */
    void pulse() {
        if (isIdle()) {
            send(COMMENT);
        }
    }

    /** Counts what the source keeps for its client; false if there is no room for it. */
    boolean keeps(long bytes) {
        return writer.keeps(bytes);
    }

    /** Ends the stream as a whole answer ends: the client comes again. */
    void end() {
        if (!isOver) {
            close();
            // One that fails has no client any more.
            writer.end().onFailure(gone -> {});
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
