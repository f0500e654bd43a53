package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All connections of HTTP clients to a member, on all event loops. Their number exceeds the limit only by a little:
 * over it the least useful connection is closed for the new one, so that a client with many connections cannot keep
 * others out. Thread-safe.
 */
public final class Connections {

    /** Maximum number of headers of a request, with the trailers of its body. */
    public static final int MOST_HEADERS = 100;
    /** Maximum time from the first byte of a client's handshake to its end. */
    static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(5);
    /** Maximum time from the first byte of a request's head to the last. */
    static final Duration HEAD_LIMIT = Duration.ofSeconds(5);
    /** Maximum time from the end of a request's head to the end of its body. */
    public static final Duration BODY_LIMIT = Duration.ofSeconds(10);
    /** Maximum time of a body that no handler waits for; HTTP itself responds to other late bodies. */
    static final Duration LATEST_BODY = BODY_LIMIT.plusSeconds(2);
    /** Maximum time between two requests, or before the first. */
    static final Duration IDLE_LIMIT = Duration.ofSeconds(75);
    /** Time in which a client must read at least {@link #LEAST_TAKEN} of a response, or the rest of it. */
    public static final Duration TAKING_LIMIT = Duration.ofSeconds(10);

    static final long LEAST_TAKEN = 64 * 1024;

    /** Maximum number of connections above the limit, until the event loops have closed others. */
    public static final int SLACK = 100;

    /** This part of what answers may hold is for heads. */
    private static final long OF_HEADS = 4;

    private final int most;
    private final LongSupplier nanoTime;
    private final HeapReserve heap;
    private final @Nullable ClientTls tls;
    private final UnreadBudget unread;
    private final WaitingRequests waiting;
    private final OpenStreams streams;
    private final Heads heads;
    private final LongAdder streamsReset = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final Map<CloseReason, LongAdder> endings = new EnumMap<>(CloseReason.class);
    private final Map<EventLoop, ConnectionReaper> reapers = new ConcurrentHashMap<>();

    /**
     * @param most maximum number of connections
     * @param mostUnread maximum bytes of responses that clients have not read
     * @param mostWaiting maximum bytes of requests that wait for something to happen
     * @param heap the heap whose shortage shrinks the budgets
     * @param tls the TLS of servers whose options use ALPN, and leave TLS to this; null if there is none
     */
    public Connections(int most, long mostUnread, long mostWaiting, HeapReserve heap, @Nullable ClientTls tls) {
        this(most, mostUnread, mostWaiting, heap, tls, System::nanoTime);
    }

    Connections(
            int most,
            long mostUnread,
            long mostWaiting,
            HeapReserve heap,
            @Nullable ClientTls tls,
            LongSupplier nanoTime) {
        this.tls = tls;
        this.most = most;
        this.nanoTime = nanoTime;
        this.heap = heap;
        this.unread = new UnreadBudget(mostUnread, heap);
        this.waiting = new WaitingRequests(most, mostWaiting, heap);
        this.streams = new OpenStreams(heap, mostUnread);
        this.heads = new Heads(mostUnread / OF_HEADS, heap);
        for (CloseReason ending : CloseReason.values()) {
            endings.put(ending, new LongAdder());
        }
    }

    /** Returns the transport for the Vert.x whose HTTP servers accept these connections. */
    public Transport transport() {
        return GuardedTransport.of(this);
    }

    /** Returns the number of connections. */
    public int open() {
        return open.get();
    }

    /** Returns the maximum number of connections. */
    public int most() {
        return most;
    }

    /** Returns the bytes of responses that clients have not read. */
    public long unreadBytes() {
        return unread.bytes();
    }

    /** Returns the number of requests that wait for something to happen. */
    public long waitingRequests() {
        return waiting.requests();
    }

    /** Returns the bytes that waiting requests hold, about. */
    public long waitingBytes() {
        return waiting.bytes();
    }

    /** Returns the number of connections with at least one waiting request. */
    public int waitingConnections() {
        return waiting.connections();
    }

    /** Returns the maximum number of those: others are kept for requests that do not wait. */
    public int mostWaitingConnections() {
        return waiting.mostConnections();
    }

    /** Returns the number of requests that were refused a wait. */
    public long refusedWaiting() {
        return waiting.refused();
    }

    /** Returns the number of HTTP/2 streams reset because their clients did not read. */
    public long streamsReset() {
        return streamsReset.sum();
    }

    /** Returns the number of HTTP/2 streams that are open or closing. */
    public int openStreams() {
        return streams.open();
    }

    /**
     * Returns the bytes of HTTP/1.1 heads that are not whole, or whose requests wait for those before them on their
     * connections.
     */
    public long headBytes() {
        return heads.bytes();
    }

    /** Returns the number of connections closed for a reason. */
    public long ended(CloseReason reason) {
        return total(reason).sum();
    }

    /**
     * Counts a new connection and adds its handlers; returns false if it must be closed. On the thread that accepts.
     */
    boolean admit(Channel channel, HttpServerOptions options) {
        if (open.incrementAndGet() > most + SLACK) {
            open.decrementAndGet();
            count(CloseReason.LIMIT);
            return false;
        }
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        Connection connection = new Connection(this);
        if (options.isUseAlpn()) {
            ClientTls encryption = Objects.requireNonNull(tls, "a server with TLS needs its certificate");
            channel.pipeline().addLast(new TlsBeginning(encryption, connection));
        }
        channel.pipeline()
                .addLast(connection.writes())
                .addLast(connection)
                .addLast(new PriorKnowledge(options, connection));
        return true;
    }

    /** Returns the reapers of all event loops. */
    Collection<ConnectionReaper> reapers() {
        return reapers.values();
    }

    /** Returns the reaper of an event loop; to be called on it. */
    ConnectionReaper reaper(EventLoop eventLoop) {
        return reapers.computeIfAbsent(eventLoop, mine -> new ConnectionReaper(this, mine));
    }

    /**
     * Makes room for a new connection if there are too many, on its own event loop or on another; closes the new one if
     * no connection anywhere is less useful.
     */
    void welcome(Connection newcomer, ConnectionReaper its) {
        if (open.get() > most && !its.endLeastUseful()) {
            List<ConnectionReaper> others = new ArrayList<>(reapers.values());
            others.remove(its);
            askNext(others.iterator(), newcomer, its);
        }
    }

    /** Visits one event loop after the other, each on its own thread. */
    private void askNext(Iterator<ConnectionReaper> others, Connection newcomer, ConnectionReaper its) {
        if (!others.hasNext()) {
            its.eventLoop().execute(newcomer::endUnwelcome);
            return;
        }
        ConnectionReaper next = others.next();
        next.eventLoop().execute(() -> {
            if (!next.endLeastUseful()) {
                askNext(others, newcomer, its);
            }
        });
    }

    void countReset() {
        streamsReset.increment();
    }

    HeapReserve heap() {
        return heap;
    }

    Heads heads() {
        return heads;
    }

    OpenStreams streams() {
        return streams;
    }

    WaitingRequests waiting() {
        return waiting;
    }

    void count(CloseReason reason) {
        total(reason).increment();
    }

    long now() {
        return nanoTime.getAsLong();
    }

    UnreadBudget unread() {
        return unread;
    }

    private LongAdder total(CloseReason reason) {
        LongAdder total = endings.get(reason);
        if (total == null) {
            throw new IllegalStateException("no total for " + reason);
        }
        return total;
    }
}
