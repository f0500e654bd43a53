package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What requests take of a member that wait for something to happen, for minutes or for good: memory, and connections. Both
 * have a limit, so that who watches leaves room for those who ask. Safe for all threads.
 */
final class WaitingRequests {

    /** One connection in so many is kept for those who do not wait. */
    private static final int SPARE = 10;

    private static final int LEAST_SPARE = 10;

    private final HeapReserve heap;
    private final long mostBytes;
    private final int mostConnections;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder requests = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** @param allConnections how many there may be, with those who do not wait */
    WaitingRequests(int allConnections, long mostBytes, HeapReserve heap) {
        this.heap = heap;
        this.mostConnections =
                allConnections - Math.max(allConnections / SPARE, Math.min(LEAST_SPARE, allConnections / 2));
        this.mostBytes = mostBytes;
    }

    /**
     * A request begins to wait, if there is room for it.
     *
     * @param isFirst of those that wait on its connection
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

    /** @param isLast of those that wait on its connection */
    void leave(long itsBytes, boolean isLast) {
        bytes.addAndGet(-itsBytes);
        requests.decrement();
        if (isLast) {
            connections.decrementAndGet();
        }
    }

    /**
     * Whether there is room for so much more for those who wait already, which is taken then. Also while the heap is scarce:
     * who is refused gets all there is anew, which takes more.
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
