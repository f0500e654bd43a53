package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Empty lines, which clients may send before and behind a request (RFC 9112, 2.2), on a connection whose requests are
 * decoded. Time is moved by hand.
 */
class EmptyLineTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String EMPTY = "\r\n";
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final HttpServerOptions options = new HttpServerOptions();
    private long now = 7;
    private final Connections connections =
            new Connections(2, 100_000, 1_000, new HeapReserve(1_000_000), null, () -> now);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    /** Requests that have been read and not answered; the first has begun, as Vert.x serves one after the other. */
    private final Queue<HttpRequest> read = new ArrayDeque<>();

    private @Nullable Exchange exchange;
    private boolean answersAtOnce = true;

    EmptyLineTest() {
        assertThat(connections.admit(channel, options)).isTrue();
        channel.pipeline().remove(PriorKnowledge.class);
        channel.pipeline().addLast(new VertxHttpRequestDecoder(options)).addLast(new Requests());
        HeadDecoder.replace(channel.pipeline(), options, connection().heads());
        channel.pipeline().fireChannelActive();
    }

    private final class Requests extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                read.add(request);
                begin();
            }
            if (message instanceof LastHttpContent && answersAtOnce) {
                answer();
            }
            ReferenceCountUtil.release(message);
        }
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aLineBehindARequest() {
        send(GET);
        send(EMPTY);

        assertIdle();
    }

    @Test
    void aLineInThePacketOfARequest() {
        send(GET + EMPTY);

        assertIdle();
    }

    @Test
    void aLineBeforeTheFirstRequest() {
        send(EMPTY);

        assertIdle();
    }

    @Test
    void aLineWhileTheRequestWaits() {
        answersAtOnce = false;
        send(GET);
        send(EMPTY);
        answer();

        assertIdle();
    }

    @Test
    void aLineBehindARequestThatIsReadAhead() {
        answersAtOnce = false;
        send(GET + GET + EMPTY);
        answer();
        channel.runPendingTasks();
        answer();

        assertIdle();
    }

    @Test
    void theHeadBehindALineMustBeWholeInTime() {
        send(GET + EMPTY + "GET");

        pass(Connections.HEAD_LIMIT.plus(MOMENT));

        assertThat(connections.ended(CloseReason.HEAD)).isOne();
    }

    @Test
    void linesAloneKeepNoMoreThanAnIdleConnection() {
        send(EMPTY.repeat(1_000));

        assertThat(connections.heads().bytes()).isZero();
        assertIdle();
    }

    private void send(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        channel.writeInbound(bytes);
    }

    private void begin() {
        if (exchange == null && !read.isEmpty()) {
            exchange = connection().requestBegan();
            exchange.bodyRead();
        }
    }

    private void answer() {
        read.remove();
        Objects.requireNonNull(exchange).answered();
        exchange = null;
        begin();
    }

    private void assertIdle() {
        pass(Connections.IDLE_LIMIT);
        assertThat(connections.ended(CloseReason.HEAD)).isZero();
        assertThat(channel.isOpen()).isTrue();

        pass(MOMENT);
        assertThat(connections.ended(CloseReason.IDLE)).isOne();
    }

    private void pass(Duration time) {
        now += time.toNanos();
        connections.reaper(channel.eventLoop()).look();
        channel.runPendingTasks();
    }

    private Connection connection() {
        return channel.pipeline().get(Connection.class);
    }
}
