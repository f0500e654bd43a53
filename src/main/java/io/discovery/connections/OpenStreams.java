package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The streams of HTTP/2 that are open, of all connections, whether their requests were refused or not: Netty keeps each until its
 * answer is with the socket, or the word that it is reset. A client that sends faster than that has the member keep what
 * it has refused long ago. Safe for all threads.
 */
final class OpenStreams {

    private final AtomicInteger open = new AtomicInteger();
    /** Of those: each counts among {@link WaitingRequests}. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final HeapReserve heap;
    private final long mostBytes;

    /** @param mostBytes of the streams that do not wait, at {@link Exchange#COST} each */
    OpenStreams(HeapReserve heap, long mostBytes) {
        this.heap = heap;
        this.mostBytes = mostBytes;
    }

    /** Counts those of a connection, from now on. */
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

    /** Whether there are more than may be. */
    boolean isFull() {
        return (open.get() - waiting.get()) * Exchange.COST > heap.passing(mostBytes);
    }
}
