package io.discovery.connections;

import io.discovery.memory.HeapReserve;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * All connections of HTTP clients to a member, whatever event loop they are on. There are never more than a limit, and a
 * little: over it the one of least use goes for the new one, so that somebody who holds many keeps nobody out. Safe for all
 * threads.
 */
public final class Connections {

    /** Headers of a request, with the trailers of its body. */
    public static final int MOST_HEADERS = 100;
    /** From the first byte of a request's head to the last. */
    static final Duration HEAD_LIMIT = Duration.ofSeconds(5);
    /** From the end of a request's head to the end of its body. */
    public static final Duration BODY_LIMIT = Duration.ofSeconds(10);
    /** HTTP answers a body that is late itself; this is for one that nobody waits for. */
    static final Duration LATEST_BODY = BODY_LIMIT.plusSeconds(2);
    /** Between two requests, or before the first. */
    static final Duration IDLE_LIMIT = Duration.ofSeconds(75);
    /** In this time a client must take at least {@link #LEAST_TAKEN} of an answer, or the rest of it. */
    public static final Duration TAKING_LIMIT = Duration.ofSeconds(10);

    static final long LEAST_TAKEN = 64 * 1024;

    /** How many may be above the limit for the moment until the event loops have ended others. */
    public static final int SLACK = 100;

    /** This part of what answers may hold is for heads. */
    private static final long OF_HEADS = 4;

    private final int most;
    private final LongSupplier nanoTime;
    private final HeapReserve heap;
    private final UnreadBudget unread;
    private final WaitingRequests waiting;
    private final OpenStreams streams;
    private final Heads heads;
    private final LongAdder streamsReset = new LongAdder();
    private final AtomicInteger open = new AtomicInteger();
    private final Map<CloseReason, LongAdder> endings = new EnumMap<>(CloseReason.class);
    private final Map<EventLoop, ConnectionReaper> watches = new ConcurrentHashMap<>();

    /**
     * @param most how many there may be
     * @param mostUnread bytes that answers may hold which clients do not read
     * @param mostWaiting bytes that requests may hold which wait for something to happen
     * @param heap in which all that is kept
     */
    public Connections(int most, long mostUnread, long mostWaiting, HeapReserve heap) {
        this(most, mostUnread, mostWaiting, heap, System::nanoTime);
    }

    Connections(int most, long mostUnread, long mostWaiting, HeapReserve heap, LongSupplier nanoTime) {
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

    /** What the Vert.x is to be built with whose HTTP servers these are the connections of. */
    public Transport transport() {
        return GuardedTransport.of(this);
    }

    /** How many there are. */
    public int open() {
        return open.get();
    }

    /** How many there may be. */
    public int most() {
        return most;
    }

    /** Bytes of answers that wait for their clients to read. */
    public long unreadBytes() {
        return unread.bytes();
    }

    /** Requests that wait for something to happen. */
    public long waitingRequests() {
        return waiting.requests();
    }

    /** Bytes that those hold, about. */
    public long waitingBytes() {
        return waiting.bytes();
    }

    /** Connections that have at least one such request. */
    public int waitingConnections() {
        return waiting.connections();
    }

    /** How many of those there may be: others are kept for who does not wait. */
    public int mostWaitingConnections() {
        return waiting.mostConnections();
    }

    /** Requests that were to wait and were refused. */
    public long refusedWaiting() {
        return waiting.refused();
    }

    /** Streams of HTTP/2 that were reset, because their clients did not read. */
    public long streamsReset() {
        return streamsReset.sum();
    }

    /** Streams of HTTP/2 that are open, and those that are being closed. */
    public int openStreams() {
        return streams.open();
    }

    /** Bytes of heads of HTTP/1.1 that are not whole, or whose requests wait for those before them on their connections. */
    public long headBytes() {
        return heads.bytes();
    }

    /** How many this side has ended so far for this reason. */
    public long ended(CloseReason reason) {
        return total(reason).sum();
    }

    /** Counts a new connection and watches it; false if it is not to live. On the thread that accepts. */
    boolean admit(Channel channel, HttpServerOptions options) {
        if (open.incrementAndGet() > most + SLACK) {
            open.decrementAndGet();
            count(CloseReason.LIMIT);
            return false;
        }
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        Connection connection = new Connection(this);
        channel.pipeline()
                .addLast(connection.answers())
                .addLast(connection)
                .addLast(new PriorKnowledge(options, connection));
        return true;
    }

    /** The watch of an event loop; to be called on it. */
    ConnectionReaper watch(EventLoop eventLoop) {
        return watches.computeIfAbsent(eventLoop, mine -> new ConnectionReaper(this, mine));
    }

    /**
     * Makes room for a new connection if there are too many, on its own event loop or on another; if nobody is of less use
     * anywhere, the new one ends.
     */
    void welcome(Connection newcomer, ConnectionReaper its) {
        if (open.get() > most && !its.endLeastUseful()) {
            List<ConnectionReaper> others = new ArrayList<>(watches.values());
            others.remove(its);
            askNext(others.iterator(), newcomer, its);
        }
    }

    /** Asks one event loop after the other, on each. */
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
