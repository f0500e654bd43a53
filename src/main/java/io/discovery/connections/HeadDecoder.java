package io.discovery.connections;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of HTTP/1.1 as Vert.x does, and limits and counts what Netty does not: it counts the characters of
 * headers, and a header of two takes a hundred times as much. Trailers of a chunked body are headers too, and count
 * with those of their request.
 */
final class HeadDecoder extends VertxHttpRequestDecoder {

    /** Vert.x's name of what reads requests. */
    private static final String NAME = "httpDecoder";

    /**
     * Characters of a long head. Of a longer one Netty would keep the room in which it has read the longest line, 8 kB,
     * while the client is idle.
     */
    private static final int LONG = 2 * 1024;

    private final HttpServerOptions options;
    private final PendingHeads pending;
    private @Nullable ChannelHandlerContext context;
    private int headers;
    /** Bytes of objects, and characters, of a head or of trailers that are not whole. */
    private long objects;

    private long characters;
    private boolean wasLong;
    private boolean isBetweenRequests = true;

    private HeadDecoder(HttpServerOptions options, PendingHeads pending) {
        super(options);
        this.options = options;
        this.pending = pending;
    }

    /** Puts one in the place of what Vert.x has put there, whose beginning of the first line it gets. */
    static void replace(ChannelPipeline pipeline, HttpServerOptions options, PendingHeads pending) {
        pipeline.replace(HttpRequestDecoder.class, NAME, new HeadDecoder(options, pending));
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        headers = 0;
        objects += HeadCost.REQUEST;
        return super.createMessage(initialLine);
    }

    /** Refuses a request with two lengths, as RFC 9112, 6.3, allows: a proxy in front of the member may see another. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }

    /** Counts each header and trailer. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        headers++;
        objects += HeadCost.HEADER;
        if (headers > Connections.MOST_HEADERS) {
            throw new TooLongHttpHeaderException("more than " + Connections.MOST_HEADERS + " headers");
        }
        return super.splitHeaderName(line, start, length);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        pending.readBy(this);
    }

    @Override
    protected void decode(ChannelHandlerContext itself, ByteBuf in, List<Object> out) throws Exception {
        if (pending.isForgotten()) {
            in.skipBytes(in.readableBytes());
        } else if (pending.isAhead()) {
            // Vert.x stops reading from the socket, and would keep whatever is in this buffer as requests.
            pending.unfinished(in.capacity());
        } else {
            read(itself, in, out);
        }
    }

    private void read(ChannelHandlerContext itself, ByteBuf in, List<Object> out) throws Exception {
        int start = in.readerIndex();
        super.decode(itself, in, out);
        characters += in.readerIndex() - start;
        if (out.isEmpty() && isBetweenRequests && objects == 0 && !in.isReadable()) {
            // Empty lines, which some clients send behind a body: no head has begun.
            characters = 0;
        } else if (out.isEmpty()) {
            isBetweenRequests = false;
        } else {
            if (out.get(0) instanceof HttpMessage) {
                wasLong |= characters > LONG;
                pending.whole(bytes());
            }
            objects = 0;
            characters = 0;
            isBetweenRequests = out.get(out.size() - 1) instanceof LastHttpContent;
        }
        // A buffer lasts as long as there is a byte in it to be read.
        pending.unfinished(bytes() + (in.isReadable() ? in.capacity() : 0));
    }

    private long bytes() {
        return objects + HeadCost.CHARACTER * characters;
    }

    /** Reads what it has, after what runs now. */
    void goOnLater() {
        if (context != null) {
            context.executor().execute(this::goOn);
        }
    }

    private void goOn() {
        if (context != null && !context.isRemoved()) {
            try {
                channelRead(context, Unpooled.EMPTY_BUFFER);
                channelReadComplete(context);
            } catch (Exception failed) {
                context.fireExceptionCaught(failed);
            }
            pending.wentOn();
        }
    }

    /**
     * Forgets at once what it has read of a head: the end of a connection comes after all that other clients have sent
     * meanwhile.
     */
    void drop() {
        if (context != null && !context.isRemoved()) {
            reset();
            try {
                super.decode(context, Unpooled.EMPTY_BUFFER, new ArrayList<>());
            } catch (Exception failed) {
                context.fireExceptionCaught(failed);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext itself) throws Exception {
        super.channelReadComplete(itself);
        boolean isIdle = isBetweenRequests && actualReadableBytes() == 0;
        if (wasLong && isIdle && !pending.isForgotten() && !itself.isRemoved()) {
            replace(itself.pipeline(), options, pending);
        }
    }
}
