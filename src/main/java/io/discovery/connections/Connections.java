package io.discovery.connections;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.EnumMap;
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

    /** From the first byte of a request's head to the last. */
    static final Duration HEAD_LIMIT = Duration.ofSeconds(5);
    /** From the end of a request's head to the end of its body. */
    public static final Duration BODY_LIMIT = Duration.ofSeconds(10);
    /** Between two requests, or before the first. */
    static final Duration IDLE_LIMIT = Duration.ofSeconds(75);
    /** In this time a client must take at least {@link #LEAST_TAKEN} of an answer, or the rest of it. */
    public static final Duration TAKING_LIMIT = Duration.ofSeconds(10);

    static final long LEAST_TAKEN = 64 * 1024;

    /** How many may be above the limit for the moment until the event loops have ended others. */
    public static final int SLACK = 100;

    private final int most;
    private final LongSupplier nanoTime;
    private final Unread unread;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<Ending, LongAdder> endings = new EnumMap<>(Ending.class);
    private final Map<EventLoop, Watch> watches = new ConcurrentHashMap<>();

    /**
     * @param most how many there may be
     * @param mostUnread bytes that answers may hold which clients do not read
     */
    public Connections(int most, long mostUnread) {
        this(most, mostUnread, System::nanoTime);
    }

    Connections(int most, long mostUnread, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
        this.unread = new Unread(mostUnread);
        for (Ending ending : Ending.values()) {
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

    /** How many this side has ended so far for this reason. */
    public long ended(Ending reason) {
        return total(reason).sum();
    }

    /** Counts a new connection and watches it; false if it is not to live. On the thread that accepts. */
    boolean admit(Channel channel) {
        if (open.incrementAndGet() > most + SLACK) {
            open.decrementAndGet();
            count(Ending.LIMIT);
            return false;
        }
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        Connection connection = new Connection(this);
        channel.pipeline().addLast(connection.answers()).addLast(connection).addLast(new PriorKnowledge());
        return true;
    }

    /** The watch of an event loop; to be called on it. */
    Watch watch(EventLoop eventLoop) {
        return watches.computeIfAbsent(eventLoop, mine -> new Watch(this, mine));
    }

    boolean tooMany() {
        return open.get() > most;
    }

    void count(Ending reason) {
        total(reason).increment();
    }

    long now() {
        return nanoTime.getAsLong();
    }

    Unread unread() {
        return unread;
    }

    private LongAdder total(Ending reason) {
        LongAdder total = endings.get(reason);
        if (total == null) {
            throw new IllegalStateException("no total for " + reason);
        }
        return total;
    }
}
