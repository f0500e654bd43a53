package io.discovery.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import org.junit.jupiter.api.Test;

/** Streams as Netty opens and closes them, of which each counts until it is closed. */
class OpenStreamsTest {

    private static final int MOST = 16;

    private final HeapReserve heap = new HeapReserve(1_000);
    private final OpenStreams streams = new OpenStreams(heap, MOST * Exchange.COST);
    private final DefaultHttp2Connection connection = new DefaultHttp2Connection(true);

    @Test
    void countsThoseThatWereOpenBeforeAndForgetsThoseThatClose() throws Http2Exception {
        Http2Stream first = open(1);
        streams.count(connection);
        Http2Stream second = open(3);
        assertThat(streams.open()).isEqualTo(2);

        first.close();
        second.close();

        assertThat(streams.open()).isZero();
    }

    @Test
    void thoseWhoseRequestsWaitTakeNoRoom() throws Http2Exception {
        streams.count(connection);
        for (int i = 0; i <= MOST; i++) {
            assertThat(streams.isFull()).isFalse();
            open(2 * i + 1);
        }
        assertThat(streams.isFull()).isTrue();

        streams.beginsWaiting();
        assertThat(streams.isFull()).isFalse();
        streams.endsWaiting();
        assertThat(streams.isFull()).isTrue();
    }

    @Test
    void whileTheHeapIsShortThereAreAnEighth() throws Http2Exception {
        streams.count(connection);
        for (int i = 0; i <= MOST / 8; i++) {
            open(2 * i + 1);
        }
        assertThat(streams.isFull()).isFalse();

        heap.collected(900, HeapReserve.Reach.ALL);

        assertThat(streams.isFull()).isTrue();
    }

    private Http2Stream open(int id) throws Http2Exception {
        return connection.remote().createStream(id, false);
    }
}
