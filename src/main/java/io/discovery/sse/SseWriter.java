package io.discovery.sse;

import io.discovery.http.ResponseWriter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/**
 * The writer of one stream. It takes the next piece when the socket has taken the last: a slow client holds one piece,
 * and the source decides then what to send. Confined to its event loop.
 */
public final class SseWriter {

    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    /**
     * Time for which a piece may be unread: two comments are due after it. Over HTTP/1.1 the connection knows how much
     * is read.
     */
    private static final Duration TAKING_LIMIT = Duration.ofSeconds(2 * SseKeepAlive.TURNS);

    private final ResponseWriter writer;
    private final SseStreams streams;
    private final int turn;
    private final Source source;
    private boolean isBusy;
    private boolean isOver;

    /** The source of the pieces. */
    public interface Source {
        /** Notifies that the writer can take a piece again. */
        void free();

        /** Notifies once that the stream has ended, for whatever reason. */
        void over();
    }

    public SseWriter(ResponseWriter writer, SseStreams streams, Source source) {
        this.writer = writer;
        this.streams = streams;
        this.source = source;
        this.turn = streams.enter(this);
        writer.onClose(this::close);
    }

    /** Returns whether the socket can take a piece. */
    public boolean isFree() {
        return isIdle() && !streams.isHeld();
    }

    private boolean isIdle() {
        return !isBusy && !isOver;
    }

    /** Notifies the source at the end of a pause of all streams. */
    public void wake() {
        if (isFree()) {
            source.free();
        }
    }

    /** Sends a piece; only to be called while the writer is free. */
    public void send(Buffer piece) {
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
    public boolean keeps(long bytes) {
        return writer.keeps(bytes);
    }

    /** Ends the response in order, so that the client reconnects. */
    public void end() {
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
