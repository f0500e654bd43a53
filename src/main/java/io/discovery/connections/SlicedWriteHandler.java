package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A handler that writes to the socket a slice at a time, the next one when the socket has taken the last. Netty copies
 * a whole buffer into memory outside the heap before it writes: a client that asks for a long list and does not read
 * would hold a copy of its own. With this handler it holds a slice, and shares the list. Meanwhile the channel counts
 * as not writable, so that the next request on it waits.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the promise reports to the caller; a failed close is a close
final class SlicedWriteHandler extends ChannelDuplexHandler {

    private static final int SLICE = 32 * 1024;
    /** Size of a slice while few responses are unread: each slice costs a system call, so longer ones are faster. */
    private static final int LONG_SLICE = 128 * 1024;

    /** Bytes of a waiting piece beside its content: HTTP/2 has many short ones. */
    private static final int PIECE = 256;

    /** Writes of at most this many slices are not sliced. */
    private static final int WHOLE = 2;

    /** Netty's number of the flag by which this class makes the channel not writable. */
    private static final int WRITABILITY = 1;

    private final Connection connection;
    private final UnreadBudget unread;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    /** Bytes of the socket's buffer counted in {@link #unread}. */
    private long counted;

    private long given;
    private boolean draining;

    SlicedWriteHandler(Connection connection, UnreadBudget unread) {
        this.connection = connection;
        this.unread = unread;
    }

    /** A piece that the socket has not taken, or not all of it. */
    private static final class Waiting {
        private final ByteBuf bytes;
        private final ChannelPromise promise;
        private List<byte[]> held = List.of();
        private long others;

        Waiting(ByteBuf bytes, ChannelPromise promise) {
            this.bytes = bytes;
            this.promise = promise;
        }

        void hold(UnreadBudget unread) {
            if (others == 0) {
                held = UnreadBudget.arrays(bytes);
                others = PIECE + UnreadBudget.beside(bytes);
                held.forEach(unread::hold);
                unread.add(others);
            }
        }

        void release(UnreadBudget unread) {
            held.forEach(unread::release);
            unread.add(-others);
            bytes.release();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void write(ChannelHandlerContext next, Object message, ChannelPromise promise) {
        // HTTP's encoders write nothing but bytes.
        if (message instanceof ByteBuf bytes && (!waiting.isEmpty() || bytes.readableBytes() > WHOLE * slice())) {
            Waiting piece = new Waiting(bytes, promise.unvoid());
            waiting.add(piece);
            if (draining) {
                piece.hold(unread);
            }
            if (waiting.size() == 1) {
                // At once: Netty would report it only after all received requests have responses.
                setWritable(false);
                next.fireChannelWritabilityChanged();
            }
            return;
        }
        given += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        next.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext next) {
        if (waiting.isEmpty()) {
            next.flush();
        } else {
            drain(next);
        }
        update();
    }

    private void drain(ChannelHandlerContext next) {
        if (draining) {
            return;
        }
        draining = true;
        boolean stuck = false;
        while (!waiting.isEmpty() && !stuck) {
            ChannelFuture slice = writeSlice(next, waiting.element());
            stuck = !slice.isDone();
            if (stuck) {
                slice.addListener(gone -> {
                    draining = false;
                    flush(next);
                });
            }
        }
        draining = stuck;
        waiting.forEach(piece -> piece.hold(unread));
    }

    private int slice() {
        return unread.isRoomy() ? LONG_SLICE : SLICE;
    }

    private ChannelFuture writeSlice(ChannelHandlerContext next, Waiting piece) {
        int length = Math.min(slice(), piece.bytes.readableBytes());
        ByteBuf slice = piece.bytes.readRetainedSlice(length);
        given += length;
        ChannelFuture written = next.writeAndFlush(slice);
        if (!piece.bytes.isReadable()) {
            waiting.remove();
            piece.release(unread);
            written.addListener(done -> tell(done, piece.promise));
        }
        return written;
    }

    private static void tell(Future<? super Void> written, ChannelPromise promise) {
        if (written.isSuccess()) {
            promise.trySuccess();
        } else {
            promise.tryFailure(written.cause());
        }
    }

    /** Counts the bytes that the socket has not taken, and tells the connection whether there are any. */
    void update() {
        ChannelOutboundBuffer socket = socket();
        long pending = socket == null ? 0 : socket.totalPendingWriteBytes();
        if (pending != counted) {
            unread.add(pending - counted);
            counted = pending;
        }
        setWritable(waiting.isEmpty());
        connection.reading(pending > 0 || !waiting.isEmpty());
    }

    private void setWritable(boolean isWritable) {
        ChannelOutboundBuffer socket = socket();
        if (socket != null && socket.getUserDefinedWritability(WRITABILITY) != isWritable) {
            socket.setUserDefinedWritability(WRITABILITY, isWritable);
        }
    }

    /** Returns null once the channel is closed, or before it is open. */
    private @Nullable ChannelOutboundBuffer socket() {
        return context == null ? null : context.channel().unsafe().outboundBuffer();
    }

    /** Returns the bytes that the client has taken so far. */
    long taken() {
        return given - counted;
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        drop();
        gone.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext gone) {
        drop();
    }

    /** Drops the pieces of a closed channel. */
    void drop() {
        while (!waiting.isEmpty()) {
            Waiting piece = waiting.remove();
            piece.release(unread);
            piece.promise.tryFailure(new ClosedChannelException());
        }
        update();
    }
}
