package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The connection that ends when there are more than allowed: the one of least use. */
class ConnectionLimitTest extends ConnectionFixture {

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
    void farAboveTheLimitNobodyIsLetIn() {
        Connections full = new Connections(1, 1_000, 1_000, heap, null, () -> now);
        for (int i = 0; i < 1 + Connections.SLACK; i++) {
            assertThat(full.admit(new EmbeddedChannel(), new HttpServerOptions()))
                    .isTrue();
        }

        assertThat(full.admit(new EmbeddedChannel(), new HttpServerOptions())).isFalse();
        assertThat(full.open()).isEqualTo(1 + Connections.SLACK);
    }
}
