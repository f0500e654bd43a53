package io.discovery.connections;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Streams as Netty opens and closes them, of which each counts until it is closed. */
class OpenStreamsTest {

    private static final int MOST = 16;
    private static final SocketAddress GREEDY = new InetSocketAddress("127.0.0.2", 1);
    private static final SocketAddress MODEST = new InetSocketAddress("127.0.0.3", 1);

    private final HeapReserve heap = new HeapReserve(1_000);
    private final OpenStreams streams = new OpenStreams(heap, MOST * Exchange.COST);
    private final DefaultHttp2Connection connection = new DefaultHttp2Connection(true);

    @Test
    void countsThoseThatWereOpenBeforeAndForgetsThoseThatClose() throws Http2Exception {
        Http2Stream first = open(1);
        counted();
        Http2Stream second = open(3);
        assertThat(streams.open()).isEqualTo(2);

        first.close();
        second.close();

        assertThat(streams.open()).isZero();
    }

    @Test
    void thoseWhoseRequestsWaitTakeNoRoom() throws Http2Exception {
        OpenStreams.OfConnection counted = counted();
        for (int i = 0; i <= MOST; i++) {
            assertThat(streams.isFull()).isFalse();
            open(2 * i + 1);
        }
        assertThat(streams.isFull()).isTrue();

        counted.beginsWaiting();
        assertThat(streams.isFull()).isFalse();
        counted.endsWaiting();
        assertThat(streams.isFull()).isTrue();
    }

    @Test
    void whileTheHeapIsShortThereAreAnEighth() throws Http2Exception {
        counted();
        for (int i = 0; i <= MOST / 8; i++) {
            open(2 * i + 1);
        }
        assertThat(streams.isFull()).isFalse();

        heap.collected(900, HeapReserve.Reach.ALL);

        assertThat(streams.isFull()).isTrue();
    }

    @Test
    void theConnectionWithMostMakesRoom() throws Http2Exception {
        List<String> ended = new ArrayList<>();
        OpenStreams.OfConnection greedy = streams.count(connection, GREEDY, () -> ended.add("greedy"));
        for (int i = 0; i < MOST; i++) {
            open(2 * i + 1);
        }
        DefaultHttp2Connection modest = new DefaultHttp2Connection(true);
        OpenStreams.OfConnection newcomer = streams.count(modest, MODEST, () -> ended.add("newcomer"));
        assertThat(streams.makeRoom(greedy)).isTrue();

        modest.remote().createStream(1, false);
        assertThat(streams.makeRoom(newcomer)).isTrue();

        assertThat(ended).containsExactly("greedy");
        assertThat(streams.open()).isOne();
        // The connection that ends closes its streams a moment later.
        connection.forEachActiveStream(stream -> {
            stream.close();
            return true;
        });
        assertThat(streams.open()).isOne();
    }

    /** A client with many connections, of few streams each, ends no other client's. */
    @Test
    void ofTheNetworkWithMostTheLargestConnectionMakesRoom() throws Http2Exception {
        List<String> ended = new ArrayList<>();
        streams.count(connection, MODEST, () -> ended.add("proxy"));
        for (int i = 0; i < 6; i++) {
            open(2 * i + 1);
        }
        OpenStreams.OfConnection last = null;
        for (int n = 0; n < 6; n++) {
            DefaultHttp2Connection small = new DefaultHttp2Connection(true);
            int name = n;
            last = streams.count(small, new InetSocketAddress("127.0.0.2", n + 1), () -> ended.add("small " + name));
            for (int i = 0; i < (n == 3 ? 3 : 2); i++) {
                small.remote().createStream(2 * i + 1, false);
            }
        }
        assertThat(streams.makeRoom(requireNonNull(last))).isTrue();
        assertThat(ended).containsExactly("small 3");
    }

    /** Many clients may come from one address, that of a load balancer: a greedy one elsewhere ends before them. */
    @Test
    void theLargestConnectionMakesRoomAlsoWhenManySmallOnesHaveMore() throws Http2Exception {
        List<String> ended = new ArrayList<>();
        streams.count(connection, GREEDY, () -> ended.add("greedy"));
        for (int i = 0; i < 8; i++) {
            open(2 * i + 1);
        }
        OpenStreams.OfConnection last = null;
        for (int n = 0; n < 5; n++) {
            DefaultHttp2Connection small = new DefaultHttp2Connection(true);
            last = streams.count(small, new InetSocketAddress("127.0.0.3", n + 1), () -> ended.add("small"));
            small.remote().createStream(1, false);
            small.remote().createStream(3, false);
        }

        assertThat(streams.makeRoom(requireNonNull(last))).isTrue();
        assertThat(ended).containsExactly("greedy");
    }

    /** Its event loop may read many requests before it ends. */
    @Test
    void aConnectionThatWasChosenEndsNoOther() throws Http2Exception {
        List<String> ended = new ArrayList<>();
        OpenStreams.OfConnection greedy = streams.count(connection, GREEDY, () -> ended.add("greedy"));
        for (int i = 0; i < 5; i++) {
            open(2 * i + 1);
        }
        DefaultHttp2Connection other = new DefaultHttp2Connection(true);
        OpenStreams.OfConnection newcomer = streams.count(other, MODEST, () -> ended.add("newcomer"));
        for (int i = 0; i < 3; i++) {
            other.remote().createStream(2 * i + 1, false);
        }
        heap.collected(1_000, HeapReserve.Reach.ALL);
        assertThat(streams.makeRoom(newcomer)).isTrue();

        assertThat(streams.makeRoom(greedy)).isFalse();

        assertThat(ended).containsExactly("greedy");
    }

    @Test
    void aConnectionThatHasMostItselfGetsNoRoom() throws Http2Exception {
        OpenStreams.OfConnection greedy = counted();
        for (int i = 0; i <= MOST; i++) {
            open(2 * i + 1);
        }

        assertThat(streams.makeRoom(greedy)).isFalse();
    }

    private OpenStreams.OfConnection counted() {
        return streams.count(connection, GREEDY, () -> {
            throw new AssertionError("the connection ends itself");
        });
    }

    private Http2Stream open(int id) throws Http2Exception {
        return connection.remote().createStream(id, false);
    }
}
