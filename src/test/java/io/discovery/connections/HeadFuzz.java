package io.discovery.connections;

import static io.discovery.fuzz.FuzzTarget.require;
import static io.discovery.fuzz.FuzzTarget.requireEqual;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.discovery.fuzz.CutInput;
import io.discovery.fuzz.FuzzTarget;
import io.discovery.memory.HeapReserve;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Connections of HTTP/1.1, each request of which is answered at once. The requests are the same however the bytes are
 * cut, a head that is not whole takes a bounded memory, and a connection that ends leaves nothing counted.
 */
public final class HeadFuzz implements FuzzTarget {

    private static final String CHUNKED = "Transfer-Encoding: chunked";
    private static final String MALFORMED = "malformed";
    /**
     * A line that goes on the line before. Among trailers, Netty takes it for one only if both came in the same packet, and
     * for a trailer with a bad name otherwise. It refuses either, but not one behind a trailer that it leaves out, such as
     * Content-Length, with which it leaves out the line.
     */
    private static final Pattern FOLD = Pattern.compile("\\n[ \\t]");

    private static final HttpServerOptions OPTIONS = new HttpServerOptions();

    /** The largest head that is read, as it is counted, in a buffer that has grown to twice its bytes. */
    private static final long MOST_HELD = HeadCost.REQUEST
            + Connections.MOST_HEADERS * HeadCost.HEADER
            + (2 + HeadCost.CHARACTER) * (OPTIONS.getMaxInitialLineLength() + 2L * OPTIONS.getMaxHeaderSize());

    @Override
    public List<byte[]> seeds() {
        return List.of(
                seed(1, "GET /v1/registration/payments HTTP/1.1", "Host: x", "", "", "GET / HTTP/1.0", "", ""),
                seed(2, "POST / HTTP/1.1", "Content-Length: 4", "", "ip=1GET /b HTTP/1.1", "", ""),
                seed(3, "POST / HTTP/1.1", CHUNKED, "", "5;x=y", "abcde", "0", "A: b", "", "HEAD / HTTP/1.1", "", ""),
                seed(4, "GET / HTTP/1.1", "A: b\r\n".repeat(100), ""),
                seed(5, "GET / HTTP/1.1", "X: " + "v".repeat(3_000), "", "GET / HTTP/1.1", "", ""),
                seed(6, "POST / HTTP/1.1", "Content-Length: 1", CHUNKED, "", ""),
                seed(8, ("GET / HTTP/1.1\r\n" + "A:b\r\n".repeat(90) + "\r\n").repeat(12)),
                seed(7, "GET / HTTP/9.9", "A\u0000: b", " c", "", ""));
    }

    private static byte[] seed(int cuts, String... lines) {
        return CutInput.input(cuts, String.join("\r\n", lines).getBytes(ISO_8859_1));
    }

    @Override
    public int longest() {
        return 20_000;
    }

    @Override
    public long mostAllocated(int length) {
        return 1_000_000 + 2_000L * length;
    }

    @Override
    public void read(byte[] input) {
        CutInput cut = CutInput.of(input);
        String pieces = requests(cut.pieces());
        String whole = requests(cut.whole());
        if (FOLD.matcher(new String(input, ISO_8859_1)).find()) {
            require(isPrefix(pieces, whole) || isPrefix(whole, pieces), () -> pieces + " in pieces, expected " + whole);
        } else {
            requireEqual(pieces, whole, "the requests of a connection in pieces");
        }
    }

    /** Returns whether one connection was read as another, until it ended as malformed. */
    private static boolean isPrefix(String one, String other) {
        return other.startsWith(one.endsWith(MALFORMED) ? one.substring(0, one.length() - MALFORMED.length()) : one);
    }

    private static String requests(List<byte[]> pieces) {
        ReadConnection connection = new ReadConnection();
        for (byte[] piece : pieces) {
            connection.receive(piece);
        }
        return connection.end();
    }

    /** A connection and what was read from it, as one text. */
    private static final class ReadConnection extends ChannelInboundHandlerAdapter {

        private final Connections connections =
                new Connections(2, 100_000, 1_000, new HeapReserve(1_000_000_000), null, () -> 7);

        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final StringBuilder read = new StringBuilder();
        private @Nullable Exchange exchange;

        ReadConnection() {
            require(connections.admit(channel, OPTIONS), () -> "the connection is not admitted");
            channel.pipeline().remove(PriorKnowledge.class);
            channel.pipeline().addLast(new VertxHttpRequestDecoder(OPTIONS)).addLast(this);
            HeadDecoder.replace(
                    channel.pipeline(),
                    OPTIONS,
                    channel.pipeline().get(Connection.class).heads());
            channel.pipeline().fireChannelActive();
        }

        void receive(byte[] piece) {
            if (channel.isOpen()) {
                channel.writeInbound(Unpooled.wrappedBuffer(piece));
                long held = connections.heads().bytes();
                require(held <= MOST_HELD + 2L * piece.length, () -> "a head takes " + held + " bytes");
            }
        }

        String end() {
            channel.finishAndReleaseAll();
            requireEqual(connections.heads().bytes(), 0L, "bytes of heads of a connection that has ended");
            return read.toString();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                if (channel.isOpen() && message instanceof HttpObject part) {
                    add(part);
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        /** Returns what the client is told. */
        private static String fault(Throwable cause) {
            return cause instanceof TooLongFrameException ? "too long: " + cause.getClass() : MALFORMED;
        }

        /** Ends the connection at the first part that is malformed, as the server does. */
        @SuppressWarnings("FutureReturnValueIgnored") // an embedded channel is closed at once
        private void add(HttpObject part) {
            if (part.decoderResult().isFailure()) {
                read.append(fault(part.decoderResult().cause()));
                channel.close();
                return;
            }
            if (part instanceof HttpRequest request) {
                read.append(request).append('\n');
                exchange = channel.pipeline().get(Connection.class).requestBegan();
            }
            if (part instanceof HttpContent content) {
                read.append(content.content().toString(ISO_8859_1));
            }
            if (part instanceof LastHttpContent last && exchange != null) {
                read.append('\n').append(last.trailingHeaders()).append("\n\n");
                exchange.bodyRead();
                exchange.answered();
                exchange = null;
            }
        }
    }
}
