package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Answers that clients do not read: when a stream or a whole connection ends because of them. */
class UnreadAnswersTest extends ConnectionFixture {

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

    /** Otherwise they would be kept for ever: the connection that gives them up is gone. */
    @Test
    void theAnswersOfAConnectionThatEndsInALookAreNotReset() {
        AtomicInteger resets = new AtomicInteger();
        Exchange exchange = connection(channel).requestBegan();
        ChannelFuture written = channel.write(bytes("what the socket does not take"));
        assertThat(written.isDone()).isFalse();
        connection(channel).reading(true);
        now++;
        exchange.unread(bytes("answer"), Connections.TAKING_LIMIT, resets::incrementAndGet);

        pass(Connections.TAKING_LIMIT.plus(MOMENT).plus(MOMENT));

        assertThat(channel.isOpen()).isFalse();
        assertThat(connections.streamsReset()).isZero();
        assertThat(resets).hasValue(0);
    }

    @Test
    void theStreamThatHasWaitedForLongestIsResetWhenAConnectionHoldsTooMuch() {
        Connections roomy = new Connections(2, 20 * Exchange.COST, 1_000, heap, null, () -> now);
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
}
