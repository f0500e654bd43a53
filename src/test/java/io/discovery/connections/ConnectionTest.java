package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a connection ends, by a clock that is moved by hand. */
class ConnectionTest {

    private static final Duration MOMENT = Duration.ofMillis(1);

    private long now = 7;
    private final Connections connections = new Connections(2, 1_000, () -> now);
    private final EmbeddedChannel channel = connect(null);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void theHeadOfARequestMustBeWholeInTimeHoweverItTrickles() {
        channel.writeInbound(bytes("GET /"));
        pass(Connections.HEAD_LIMIT);
        channel.writeInbound(bytes("h"));
        assertThat(channel.isOpen()).isTrue();

        pass(MOMENT);

        assertThat(sent()).startsWith("HTTP/1.1 408 ").contains("within 5 s");
        assertThat(connections.ended(Ending.HEAD)).isOne();
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(channel.isOpen()).isFalse();
        assertThat(connections.open()).isZero();
    }

    @Test
    void laterHeadsMustBeWholeInTimeToo() {
        request();
        pass(Duration.ofSeconds(30));

        channel.writeInbound(bytes("G"));
        pass(Connections.HEAD_LIMIT.plus(MOMENT));

        assertThat(sent()).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void whoSaysNothingIsEndedWithoutAWord() {
        pass(Connections.IDLE_LIMIT);
        assertThat(channel.isOpen()).isTrue();

        pass(MOMENT);

        assertThat(channel.isOpen()).isFalse();
        assertThat(sent()).isEmpty();
        assertThat(connections.ended(Ending.IDLE)).isOne();
    }

    @Test
    void anAnswerMayTakeAnyTimeAndIdlenessCountsFromIt() {
        Connection connection = connection(channel);
        channel.writeInbound(bytes("GET / ..."));
        connection.requestBegan();
        connection.bodyRead();
        pass(Duration.ofHours(1));
        assertThat(channel.isOpen()).isTrue();

        connection.answered();
        pass(Connections.IDLE_LIMIT);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aBodyThatNobodyWaitsForMustEndToo() {
        Connection connection = connection(channel);
        channel.writeInbound(bytes("POST / ..."));
        connection.requestBegan();
        connection.answered();
        pass(Connections.BODY_LIMIT);
        assertThat(channel.isOpen()).isTrue();

        pass(Duration.ofSeconds(2).plus(MOMENT));

        assertThat(channel.isOpen()).isFalse();
        assertThat(connections.ended(Ending.BODY)).isOne();
    }

    @Test
    void whoNeverAskedForAnythingGoesFirst() {
        request();
        EmbeddedChannel silent = connect(channel);

        EmbeddedChannel third = connect(channel);

        assertThat(silent.isOpen()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        assertThat(third.isOpen()).isTrue();
        assertThat(connections.ended(Ending.LIMIT)).isOne();
        assertThat(connections.open()).isEqualTo(2);
        third.finishAndReleaseAll();
    }

    @Test
    void thenWhoHasBeenIdleForLongest() {
        request();
        EmbeddedChannel second = connect(channel);
        request(second);
        request();

        EmbeddedChannel third = connect(channel);

        assertThat(second.isOpen()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        third.finishAndReleaseAll();
    }

    @Test
    void whenAllAreInRequestsTheNewOneGoes() {
        EmbeddedChannel second = connect(channel);
        connection(channel).requestBegan();
        connection(second).requestBegan();

        EmbeddedChannel third = connect(channel);

        assertThat(third.isOpen()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        assertThat(second.isOpen()).isTrue();
        second.finishAndReleaseAll();
    }

    @Test
    void whoHasLetAnAnswerWaitForLongestGoesWhenMemoryIsShort() {
        EmbeddedChannel second = connect(channel);
        byte[] list = new byte[600];
        connections.unread().hold(list);
        connections.unread().hold(list);
        connection(channel).reading(true);
        assertThat(channel.isOpen()).as("one array counts once").isTrue();
        channel.closeFuture().addListener(closed -> connections.unread().release(list));
        connections.unread().release(list);

        connections.unread().add(500);
        connection(second).reading(true);

        assertThat(channel.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(connections.ended(Ending.SLOW)).isOne();
        second.finishAndReleaseAll();
    }

    @Test
    void whoIsGoneIsWatchedNoMore() {
        Watch watch = connections.watch(channel.eventLoop());
        assertThat(watch.in(Phase.SILENT)).containsExactly(connection(channel));

        channel.finishAndReleaseAll();

        for (Phase phase : Phase.values()) {
            assertThat(watch.in(phase)).as(phase.toString()).isEmpty();
        }
    }

    @Test
    void farAboveTheLimitNobodyIsLetIn() {
        Connections full = new Connections(1, 1_000, () -> now);
        for (int i = 0; i < 1 + Connections.SLACK; i++) {
            assertThat(full.admit(new EmbeddedChannel())).isTrue();
        }

        assertThat(full.admit(new EmbeddedChannel())).isFalse();
        assertThat(full.open()).isEqualTo(1 + Connections.SLACK);
    }

    /** @param neighbour on the same event loop; null for one of its own */
    private EmbeddedChannel connect(@Nullable EmbeddedChannel neighbour) {
        ChannelInitializer<Channel> admission = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel accepted) {
                assertThat(connections.admit(accepted)).isTrue();
            }
        };
        return new EmbeddedChannel(admission) {
            @Override
            public EventLoop eventLoop() {
                return neighbour == null ? super.eventLoop() : neighbour.eventLoop();
            }
        };
    }

    private void request() {
        request(channel);
    }

    private static void request(EmbeddedChannel from) {
        from.writeInbound(bytes("GET / ..."));
        connection(from).requestBegan();
        connection(from).bodyRead();
        connection(from).answered();
    }

    private void pass(Duration time) {
        now += time.toNanos();
        connections.watch(channel.eventLoop()).look();
        channel.runPendingTasks();
    }

    private String sent() {
        ByteBuf out = channel.readOutbound();
        if (out == null) {
            return "";
        }
        String text = out.toString(StandardCharsets.US_ASCII);
        out.release();
        return text;
    }

    private static Connection connection(EmbeddedChannel channel) {
        return channel.pipeline().get(Connection.class);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }
}
