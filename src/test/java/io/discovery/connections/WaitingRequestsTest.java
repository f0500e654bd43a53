package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** Requests that wait: on how many connections, with how many bytes. */
class WaitingRequestsTest extends ConnectionFixture {

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
}
