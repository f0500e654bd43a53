package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import io.discovery.model.AddressBits;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open HTTP/2 streams of all connections, also of refused requests: Netty keeps a stream until the socket has taken
 * its response or reset. A client that sends faster than that would make the member keep requests that it refused long
 * ago. If there are too many, the connection with most ends, of the networks with most: a client may have many
 * connections. Thread-safe.
 */
final class OpenStreams {

    private final HeapReserve heap;
    private final long mostBytes;
    private final AtomicInteger open = new AtomicInteger();
    /** Open streams that count among {@link WaitingRequests} instead. */
    private final AtomicInteger waiting = new AtomicInteger();

    private final Set<OfConnection> all = ConcurrentHashMap.newKeySet();

    /** @param mostBytes of the streams that do not wait, at {@link Exchange#COST} each */
    OpenStreams(HeapReserve heap, long mostBytes) {
        this.heap = heap;
        this.mostBytes = mostBytes;
    }

    /**
     * The open streams of one connection. They no longer count from the moment in which it was chosen to end, since its
     * event loop may take a while.
     */
    final class OfConnection extends Http2ConnectionAdapter {

        private final Object network;
        private final Runnable end;
        private int itsOpen;
        private int itsWaiting;
        private boolean isEnding;

        private OfConnection(Object network, Runnable end) {
            this.network = network;
            this.end = end;
        }

        @Override
        public void onStreamActive(Http2Stream stream) {
            add(1, 0);
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            add(-1, 0);
        }

        void beginsWaiting() {
            add(0, 1);
        }

        void endsWaiting() {
            add(0, -1);
        }

        private synchronized void add(int opened, int begun) {
            if (!isEnding) {
                itsOpen += opened;
                itsWaiting += begun;
                open.addAndGet(opened);
                waiting.addAndGet(begun);
            }
        }

        private synchronized boolean isEnding() {
            return isEnding;
        }

        private synchronized int active() {
            return isEnding ? 0 : itsOpen - itsWaiting;
        }

        private void end() {
            synchronized (this) {
                add(-itsOpen, -itsWaiting);
                isEnding = true;
            }
            leave(this);
            end.run();
        }
    }

    /**
     * Counts the streams of a connection from now on.
     *
     * @param from the other side of the connection
     * @param end ends the connection; from any thread
     */
    OfConnection count(Http2Connection connection, SocketAddress from, Runnable end) {
        OfConnection counted = new OfConnection(AddressBits.ownNetworkOf(from), end);
        counted.add(connection.numActiveStreams(), 0);
        connection.addListener(counted);
        all.add(counted);
        return counted;
    }

    /** Chooses a connection no more, since it ends; its streams count until they are closed. */
    void leave(OfConnection ending) {
        all.remove(ending);
    }

    int open() {
        return open.get();
    }

    /** Returns whether there are too many open streams. */
    boolean isFull() {
        return (open.get() - waiting.get()) * Exchange.COST > heap.passing(mostBytes);
    }

    /**
     * Returns whether there is room for one more stream, which counts already; if not, ends the connection with most
     * streams, unless that of the new one has as many. Connections of networks that have less than half as many streams
     * as another one stay: they are not why there are too many.
     */
    boolean makeRoom(OfConnection newcomer) {
        if (newcomer.isEnding()) {
            return false;
        }
        if (!isFull()) {
            return true;
        }
        OfConnection largest = largest(newcomer);
        if (largest == newcomer) {
            return false;
        }
        largest.end();
        return true;
    }

    private OfConnection largest(OfConnection newcomer) {
        // In this order, so that the newcomer is chosen before others with as many.
        Map<Object, Network> networks = new LinkedHashMap<>();
        networks.put(newcomer.network, Network.of(newcomer));
        for (OfConnection each : all) {
            if (each != newcomer) {
                networks.merge(each.network, Network.of(each), Network::with);
            }
        }
        long most = networks.values().stream().mapToLong(Network::active).max().orElse(0);
        return networks.values().stream()
                .filter(network -> 2 * network.active >= most)
                .reduce((chosen, each) -> each.most > chosen.most ? each : chosen)
                .map(Network::largest)
                .orElse(newcomer);
    }

    /** The open streams of a network, and its connection with most of them. */
    private record Network(OfConnection largest, int most, long active) {

        static Network of(OfConnection only) {
            int active = only.active();
            return new Network(only, active, active);
        }

        Network with(Network other) {
            Network larger = other.most > most ? other : this;
            return new Network(larger.largest, larger.most, active + other.active);
        }
    }
}
