package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Memory and connections of requests that wait for something to happen, for minutes or for good. Both have a limit, so
 * that watchers leave room for requests that do not wait. Thread-safe.
 */
final class WaitingRequests {

    /** Divisor of the connections that are kept for requests that do not wait. */
    private static final int SPARE = 10;

    private static final int LEAST_SPARE = 10;

    private final HeapReserve heap;
    private final long mostBytes;
    private final int mostConnections;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** @param allConnections maximum number of connections, waiting or not */
    WaitingRequests(int allConnections, long mostBytes, HeapReserve heap) {
        this.heap = heap;
        this.mostConnections =
                allConnections - Math.max(allConnections / SPARE, Math.min(LEAST_SPARE, allConnections / 2));
        this.mostBytes = mostBytes;
    }

    /**
     * Counts a request that begins to wait, if there is room for it.
     *
     * @param isFirst of the waiting requests on its connection
     */
    boolean enter(long itsBytes, boolean isFirst) {
        if (isFirst && connections.incrementAndGet() > mostConnections) {
            connections.decrementAndGet();
            refused.increment();
            return false;
        }
        if (!takeIfAny(itsBytes, heap.lasting(mostBytes))) {
            if (isFirst) {
                connections.decrementAndGet();
            }
            refused.increment();
            return false;
        }
        requests.increment();
        return true;
    }

    /**
     * Removes a waiting request.
     *
     * @param isLast of the waiting requests on its connection
     */
    void leave(long itsBytes, boolean isLast) {
        bytes.addAndGet(-itsBytes);
        requests.decrement();
        if (isLast) {
            connections.decrementAndGet();
        }
    }

    /**
     * Takes more bytes for a request that waits already, and returns whether there was room. Also while the heap is
     * scarce: a refused client would fetch its whole state anew, which takes more.
     */
    boolean take(long more) {
        return takeIfAny(more, mostBytes);
    }

    private boolean takeIfAny(long more, long most) {
        if (bytes.addAndGet(more) <= most || more <= 0) {
            return true;
        }
        bytes.addAndGet(-more);
        return false;
    }

    long bytes() {
        return bytes.get();
    }

    int connections() {
        return connections.get();
    }

    int mostConnections() {
        return mostConnections;
    }

    long requests() {
        return requests.sum();
    }

    long refused() {
        return refused.sum();
    }
}
