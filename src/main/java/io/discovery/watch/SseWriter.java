package io.discovery.watch;

import io.discovery.http.ResponseWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * The writer of one stream. It takes the next piece when the socket has taken the last: a slow client holds one piece,
 * and the source decides then what to send. Confined to its event loop.
 */
final class SseWriter {

    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    /**
     * Time for which a piece may be unread: two comments are due after it. Over HTTP/1.1 the connection knows how much
     * is read.
     */
    private static final Duration TAKING_LIMIT = Duration.ofSeconds(2 * SseKeepAlive.TURNS);

    private final ResponseWriter writer;
    private final StreamContext streams;
    private final int turn;
    private final Source source;
    private boolean isBusy;
    private boolean isOver;

    /** The source of the pieces. */
    interface Source {
        /** Notifies that the writer can take a piece again. */
        void free();

        /** Notifies once that the stream has ended, for whatever reason. */
        void over();
    }

    SseWriter(ResponseWriter writer, StreamContext streams, Source source) {
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

    /** Notifies the source at the end of a pause of all streams. */
    void wake() {
        if (isFree()) {
            source.free();
        }
    }

    /** Sends a piece; only to be called while the writer is free. */
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

    /** Sends a comment if nothing else is on its way. */
    void keepAlive() {
        if (isIdle()) {
            send(COMMENT);
        }
    }

    /** Counts the bytes that the source keeps for its client; returns false if there is no room for them. */
    boolean keeps(long bytes) {
        return writer.keeps(bytes);
    }

    /** Ends the response in order, so that the client reconnects. */
    void end() {
        if (!isOver) {
            close();
            // A failure means that the client has gone.
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
