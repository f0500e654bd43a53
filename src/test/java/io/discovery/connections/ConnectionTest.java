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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a connection ends, by a clock that is moved by hand. */
class ConnectionTest {

    private static final Duration MOMENT = Duration.ofMillis(1);

    private final HeapReserve heap = new HeapReserve(1_000_000);
    private long now = 7;
    private final Connections connections = new Connections(2, 100_000, 1_000, heap, () -> now);
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
        assertThat(connections.ended(CloseReason.HEAD)).isOne();
        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(channel.isOpen()).isFalse();
        assertThat(connections.open()).isZero();
    }

    /** Else heads that are refused would fill the share for heads, and end those of other clients. */
    @Test
    void aRefusedHeadIsForgottenBeforeTheConnectionEnds() {
        channel.writeInbound(bytes("GET /"));
        connection(channel).heads().unfinished(500);
        pass(Connections.HEAD_LIMIT.plus(MOMENT));

        assertThat(channel.isOpen()).isTrue();
        assertThat(connections.heads().bytes()).isZero();
    }

    /** A client that sends a whole request and half of the next at once. */
    @Test
    void aHeadThatBeganBeforeTheAnswerMustBeWholeInTimeToo() {
        channel.writeInbound(bytes("GET / ... GET"));
        Exchange exchange = connection(channel).requestBegan();
        exchange.bodyRead();
        connection(channel).heads().unfinished(500);
        exchange.answered();

        pass(Connections.HEAD_LIMIT.plus(MOMENT));

        assertThat(sent()).startsWith("HTTP/1.1 408 ");
    }

    /** Else clients that fill the share on one event loop would end all heads on another. */
    @Test
    void theOldestHeadGoesOnWhateverEventLoopItIs() {
        EmbeddedChannel elsewhere = connect(null);
        connection(elsewhere).heads().unfinished(24_900);
        elsewhere.writeInbound(bytes("GET /"));
        now++;
        connection(channel).heads().unfinished(500);
        channel.writeInbound(bytes("GET /"));
        elsewhere.runPendingTasks();

        assertThat(channel.isOpen()).isTrue();
        assertThat(elsewhere.isOpen()).isFalse();
        assertThat(connections.heads().bytes()).isEqualTo(500);
    }

    @Test
    void theLongestWaitingAnswerGoesOnWhateverEventLoopItIs() {
        EmbeddedChannel elsewhere = connect(null);
        connections.unread().add(98_000);
        elsewhere.closeFuture().addListener(closed -> connections.unread().add(-98_000));
        connection(elsewhere).reading(true);
        now++;
        connections.unread().add(5_000);
        connection(channel).reading(true);
        elsewhere.runPendingTasks();

        assertThat(channel.isOpen()).isTrue();
        assertThat(elsewhere.isOpen()).isFalse();
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
        assertThat(connections.ended(CloseReason.IDLE)).isOne();
    }

    @Test
    void anAnswerMayTakeAnyTimeAndIdlenessCountsFromIt() {
        channel.writeInbound(bytes("GET / ..."));
        Exchange exchange = connection(channel).requestBegan();
        exchange.bodyRead();
        pass(Duration.ofHours(1));
        assertThat(channel.isOpen()).isTrue();

        exchange.answered();
        pass(Connections.IDLE_LIMIT);

        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void aBodyThatNobodyWaitsForMustEndToo() {
        channel.writeInbound(bytes("POST / ..."));
        connection(channel).requestBegan().answered();
        pass(Connections.BODY_LIMIT);
        assertThat(channel.isOpen()).isTrue();

        pass(Duration.ofSeconds(2).plus(MOMENT));

        assertThat(channel.isOpen()).isFalse();
        assertThat(connections.ended(CloseReason.BODY)).isOne();
    }

    @Test
    void whoNeverAskedForAnythingGoesFirst() {
        request();
        EmbeddedChannel silent = connect(channel);

        EmbeddedChannel third = connect(channel);

        assertThat(silent.isOpen()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        assertThat(third.isOpen()).isTrue();
        assertThat(connections.ended(CloseReason.LIMIT)).isOne();
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
        connection(channel).requestBegan().bodyRead();
        connection(second).requestBegan().bodyRead();

        EmbeddedChannel third = connect(channel);
        channel.runPendingTasks();

        assertThat(third.isOpen()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        assertThat(second.isOpen()).isTrue();
        second.finishAndReleaseAll();
    }

    @Test
    void aBodyThatDoesNotComeIsOfLessUseThanSomebodyNew() {
        EmbeddedChannel second = connect(channel);
        connection(channel).requestBegan().bodyRead();
        connection(second).requestBegan();

        EmbeddedChannel third = connect(channel);

        assertThat(second.isOpen()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        third.finishAndReleaseAll();
    }

    @Test
    void soIsWhoCouldHaveReadItsAnswerAndHasNot() {
        EmbeddedChannel second = connect(channel);
        connection(channel).requestBegan().bodyRead();
        connection(second).requestBegan().bodyRead();
        connection(second).reading(true);
        now += Duration.ofMillis(1_001).toNanos();

        EmbeddedChannel third = connect(channel);

        assertThat(second.isOpen()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        third.finishAndReleaseAll();
    }

    /** An event loop whose own connections are all in requests. */
    @Test
    void whoIsOfLessUseOnAnotherEventLoopGoesToo() {
        EmbeddedChannel elsewhere = connect(null);
        request(elsewhere);
        connection(channel).requestBegan().bodyRead();

        EmbeddedChannel third = connect(channel);
        elsewhere.runPendingTasks();
        channel.runPendingTasks();

        assertThat(elsewhere.isOpen()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        assertThat(third.isOpen()).isTrue();
        third.finishAndReleaseAll();
    }

    @Test
    void someConnectionsAreKeptForThoseWhoDoNotWait() {
        EmbeddedChannel second = connect(channel);
        Exchange first = connection(channel).requestBegan();

        assertThat(connections.mostWaitingConnections()).isOne();
        assertThat(first.waits(10)).isTrue();
        assertThat(connection(channel).requestBegan().waits(10))
                .as("on the same connection")
                .isTrue();
        assertThat(connection(second).requestBegan().waits(10)).isFalse();

        first.answered();
        assertThat(connections.waitingConnections()).isOne();
        assertThat(connections.waitingRequests()).isOne();
        assertThat(connections.refusedWaiting()).isOne();
        second.finishAndReleaseAll();
    }

    @Test
    void thoseWhoWaitHoldNoMoreThanTheyMay() {
        Exchange first = connection(channel).requestBegan();
        assertThat(first.waits(400)).isTrue();
        assertThat(connection(channel).requestBegan().waits(601)).isFalse();
        assertThat(first.keeps(601)).isFalse();
        assertThat(first.keeps(600)).isTrue();
        assertThat(connections.waitingBytes()).isEqualTo(1_000);

        assertThat(first.keeps(100)).isTrue();
        assertThat(connections.waitingBytes()).isEqualTo(500);

        first.answered();
        assertThat(connections.waitingBytes()).isZero();
        assertThat(connections.waitingConnections()).isZero();
    }

    /** It may go on for hours, as a stream of gRPC does. */
    @Test
    void theBodyOfARequestThatWaitsMayTakeAnyTime() {
        Exchange stream = connection(channel).requestBegan();
        assertThat(stream.waits(0)).isTrue();

        pass(Duration.ofHours(1));
        assertThat(channel.isOpen()).isTrue();

        stream.bodyRead();
        stream.answered();
        pass(Connections.IDLE_LIMIT.plus(MOMENT));
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aStreamThatIsNotReadIsResetAndTheConnectionOnlyIfItsSocketTakesNothing() {
        AtomicInteger resets = new AtomicInteger();
        Exchange exchange = connection(channel).requestBegan();
        exchange.unread(bytes("answer"), Connections.TAKING_LIMIT, resets::incrementAndGet);

        pass(Connections.TAKING_LIMIT);
        assertThat(resets).hasValue(0);
        pass(MOMENT);
        assertThat(resets).hasValue(1);
        assertThat(connections.unreadBytes()).isZero();
        assertThat(channel.isOpen()).isTrue();

        pass(Duration.ofSeconds(1).plus(MOMENT));
        assertThat(channel.isOpen()).isFalse();
        assertThat(resets).hasValue(1);
    }

    @Test
    void theStreamThatHasWaitedForLongestIsResetWhenAConnectionHoldsTooMuch() {
        Connections roomy = new Connections(2, 20 * Exchange.COST, 1_000, heap, () -> now);
        EmbeddedChannel many = new EmbeddedChannel();
        assertThat(roomy.admit(many, new HttpServerOptions())).isTrue();
        many.pipeline().fireChannelActive();
        List<Integer> resets = new ArrayList<>();
        List<UnreadPiece> pieces = new ArrayList<>();
        Exchange exchange = connection(many).requestBegan();
        for (int i = 0; i < 7; i++) {
            int number = i;
            pieces.add(exchange.unread(bytes("answer"), Connections.TAKING_LIMIT, () -> resets.add(number)));
        }

        many.runPendingTasks();
        assertThat(resets).containsExactly(0, 1, 2);
        assertThat(roomy.streamsReset()).isEqualTo(3);
        pieces.forEach(UnreadPiece::taken);
        assertThat(roomy.unreadBytes()).isZero();
        many.finishAndReleaseAll();
    }

    @Test
    void whoHasLetAnAnswerWaitForLongestGoesWhenMemoryIsShort() {
        EmbeddedChannel second = connect(channel);
        byte[] list = new byte[60_000];
        connections.unread().hold(list);
        connections.unread().hold(list);
        connection(channel).reading(true);
        assertThat(channel.isOpen()).as("one array counts once").isTrue();
        channel.closeFuture().addListener(closed -> connections.unread().release(list));
        connections.unread().release(list);

        connections.unread().add(50_000);
        connection(second).reading(true);

        assertThat(channel.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(connections.ended(CloseReason.SLOW)).isOne();
        second.finishAndReleaseAll();
    }

    @Test
    void whoHasLetAnAnswerWaitForLongestGoesWhenTheHeapIsShort() {
        EmbeddedChannel second = connect(channel);
        connections.unread().add(60_000);
        channel.closeFuture().addListener(closed -> connections.unread().add(-50_000));
        connection(channel).reading(true);
        assertThat(channel.isOpen()).isTrue();

        heap.collected(900_000, HeapReserve.Reach.ALL);
        connection(second).reading(true);

        assertThat(channel.isOpen()).isFalse();
        assertThat(second.isOpen())
                .as("what is left is less than an eighth of what there may be")
                .isTrue();
        second.finishAndReleaseAll();
    }

    /** To reset its streams one by one takes turns in which others come. */
    @Test
    void aConnectionWhoseStreamsWaitForLongestEndsAsAWholeWhenTheHeapIsShort() {
        EmbeddedChannel second = connect(channel);
        AtomicInteger resets = new AtomicInteger();
        Exchange exchange = connection(channel).requestBegan();
        exchange.unread(bytes("answer"), Connections.TAKING_LIMIT, resets::incrementAndGet);
        exchange.unread(bytes("answer"), Connections.TAKING_LIMIT, resets::incrementAndGet);

        heap.collected(900_000, HeapReserve.Reach.ALL);
        connection(second).reading(true);
        channel.runPendingTasks();

        assertThat(channel.isOpen()).isFalse();
        assertThat(second.isOpen()).isTrue();
        assertThat(resets).hasValue(0);
        assertThat(connections.unreadBytes()).isZero();
        assertThat(exchange.waits(1)).as("after the end").isFalse();
        second.finishAndReleaseAll();
    }

    @Test
    void whoWaitsStaysWhenTheHeapIsShortAndNobodyElseBegins() {
        Exchange waiting = connection(channel).requestBegan();
        assertThat(waiting.waits(100)).isTrue();
        heap.collected(900_000, HeapReserve.Reach.ALL);
        Exchange late = connection(channel).requestBegan();

        assertThat(late.waits(100)).isFalse();
        assertThat(late.whyScarce()).contains("the heap is short");
        assertThat(waiting.keeps(100)).as("what it would get anew is more").isTrue();
        assertThat(connections.waitingBytes()).isEqualTo(200);

        heap.collected(100_000, HeapReserve.Reach.YOUNG);
        assertThat(late.waits(100)).isTrue();
    }

    @Test
    void whoIsGoneIsWatchedNoMore() {
        ConnectionReaper reaper = connections.reaper(channel.eventLoop());
        assertThat(reaper.in(Phase.SILENT)).containsExactly(connection(channel));

        channel.finishAndReleaseAll();

        for (Phase phase : Phase.values()) {
            assertThat(reaper.in(phase)).as(phase.toString()).isEmpty();
        }
    }

    @Test
    void farAboveTheLimitNobodyIsLetIn() {
        Connections full = new Connections(1, 1_000, 1_000, heap, () -> now);
        for (int i = 0; i < 1 + Connections.SLACK; i++) {
            assertThat(full.admit(new EmbeddedChannel(), new HttpServerOptions()))
                    .isTrue();
        }

        assertThat(full.admit(new EmbeddedChannel(), new HttpServerOptions())).isFalse();
        assertThat(full.open()).isEqualTo(1 + Connections.SLACK);
    }

    /** @param neighbour on the same event loop; null for one of its own */
    private EmbeddedChannel connect(@Nullable EmbeddedChannel neighbour) {
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

    private void request() {
        request(channel);
    }

    private static void request(EmbeddedChannel from) {
        from.writeInbound(bytes("GET / ..."));
        Exchange exchange = connection(from).requestBegan();
        exchange.bodyRead();
        exchange.answered();
    }

    private void pass(Duration time) {
        now += time.toNanos();
        connections.reaper(channel.eventLoop()).look();
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
