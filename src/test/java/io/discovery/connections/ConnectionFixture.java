package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Two connections at most, on embedded channels, with a clock that the test moves. */
abstract class ConnectionFixture {

    static final Duration MOMENT = Duration.ofMillis(1);

    final HeapReserve heap = new HeapReserve(1_000_000);
    long now = 7;
    final Connections connections = new Connections(2, 100_000, 1_000, heap, null, () -> now);
    final EmbeddedChannel channel = connect(null);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /** @param neighbour on the same event loop; null for one of its own */
    EmbeddedChannel connect(@Nullable EmbeddedChannel neighbour) {
        ChannelInitializer<Channel> admission = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel accepted) {
                assertThat(connections.admit(accepted, new HttpServerOptions())).isTrue();
            }
        };
        return new EmbeddedChannel(admission) {
            @Override
            public EventLoop eventLoop() {
                return neighbour == null ? super.eventLoop() : neighbour.eventLoop();
            }
        };
    }

    void request() {
        request(channel);
    }

    static void request(EmbeddedChannel from) {
        from.writeInbound(bytes("GET / ..."));
        Exchange exchange = connection(from).requestBegan();
        exchange.bodyRead();
        exchange.answered();
    }

    void pass(Duration time) {
        now += time.toNanos();
        connections.reaper(channel.eventLoop()).look();
        channel.runPendingTasks();
    }

    String sent() {
        ByteBuf out = channel.readOutbound();
        if (out == null) {
            return "";
        }
        String text = out.toString(StandardCharsets.US_ASCII);
        out.release();
        return text;
    }

    static Connection connection(EmbeddedChannel channel) {
        return channel.pipeline().get(Connection.class);
    }

    static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
