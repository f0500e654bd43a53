package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The time that a connection has for heads, for bodies and for being idle, by a clock that the test moves. */
class ConnectionTest extends ConnectionFixture {

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
    void whoIsGoneIsWatchedNoMore() {
        ConnectionReaper reaper = connections.reaper(channel.eventLoop());
        assertThat(reaper.in(Phase.SILENT)).containsExactly(connection(channel));

        channel.finishAndReleaseAll();

        for (Phase phase : Phase.values()) {
            assertThat(reaper.in(phase)).as(phase.toString()).isEmpty();
        }
    }
}
