package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open HTTP/2 streams of all connections, also of refused requests: Netty keeps a stream until the socket has taken
 * its response or reset. A client that sends faster than that would make the member keep requests that it refused long
 * ago. Thread-safe.
 */
final class OpenStreams {

    private final AtomicInteger open = new AtomicInteger();
    /** Open streams that count among {@link WaitingRequests} instead. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final HeapReserve heap;
    private final long mostBytes;

    /** @param mostBytes of the streams that do not wait, at {@link Exchange#COST} each */
    OpenStreams(HeapReserve heap, long mostBytes) {
        this.heap = heap;
        this.mostBytes = mostBytes;
    }

    /** Counts the streams of a connection from now on. */
    void count(Http2Connection connection) {
        open.addAndGet(connection.numActiveStreams());
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamActive(Http2Stream stream) {
                open.incrementAndGet();
            }

            @Override
            public void onStreamClosed(Http2Stream stream) {
                open.decrementAndGet();
            }
        });
    }

    void beginsWaiting() {
        waiting.incrementAndGet();
    }

    void endsWaiting() {
        waiting.decrementAndGet();
    }

    int open() {
        return open.get();
    }

    /** Returns whether there are too many open streams. */
    boolean isFull() {
        return (open.get() - waiting.get()) * Exchange.COST > heap.passing(mostBytes);
    }
}
