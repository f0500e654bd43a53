package io.discovery.connections;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A timeout queue for each phase, ordered by entry: all connections of a phase have the same limit, so the oldest entry
 * is the first to expire, and the least useful (libev's manual, "Be smart about timeouts", recommends such lists for
 * many equal timeouts). One check of the heads, twice a second, replaces a timer for each connection of an event loop.
 * Confined to its event loop.
 */
final class ConnectionReaper {

    private static final Logger log = LoggerFactory.getLogger(ConnectionReaper.class);
    private static final Duration PERIOD = Duration.ofMillis(500);
    /**
     * Phases of connections that may be closed when there are too many, the least useful first. A connection that waits
     * for a response stays.
     */
    private static final List<Phase> OF_LEAST_USE = List.of(
            Phase.LINGERING, Phase.HANDSHAKE, Phase.FIRST_HEAD, Phase.SILENT, Phase.IDLE, Phase.HEAD, Phase.BODY);

    private final Connections connections;
    private final Map<Phase, ConnectionQueue> phases = new EnumMap<>(Phase.class);
    /** Clients with a response to read, the longest waiting first. */
    private final AgeQueue<SlowReader> reading = new AgeQueue<>();

    /** Streams that were reset, which hold their memory until the socket has taken the reset. */
    private final Set<SlowReader> ending = new LinkedHashSet<>();

    /** Connections with heads that no request has taken yet, the longest waiting first. */
    private final AgeQueue<Connection> inHeads = new AgeQueue<>();

    private final AtomicBoolean isAsked = new AtomicBoolean();

    private final EventLoop eventLoop;

    ConnectionReaper(Connections connections, EventLoop eventLoop) {
        this.connections = connections;
        this.eventLoop = eventLoop;
        for (Phase phase : Phase.values()) {
            phases.put(phase, new ConnectionQueue());
        }
        // Until the event loop ends.
        eventLoop
                .scheduleWithFixedDelay(this::lookSafely, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS)
                .addListener(ended -> log.debug("the check of connections has ended"));
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException failed) {
            // An exception out of the task would end all later checks.
            log.error("the check of connections failed and will run again", failed);
        }
    }

    /** Returns the queue of a phase. */
    ConnectionQueue in(Phase phase) {
        ConnectionQueue queue = phases.get(phase);
        if (queue == null) {
            throw new IllegalStateException("no queue for " + phase);
        }
        return queue;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    void startsReading(SlowReader reader) {
        reading.add(reader, connections.now());
        makeRoom();
    }

    void awaitsEnd(SlowReader reader) {
        reading.remove(reader);
        ending.add(reader);
    }

    void endsReading(SlowReader reader) {
        reading.remove(reader);
        ending.remove(reader);
    }

    /** Notes that a connection has more heads than before, or none. */
    void lookAtHeads(Connection connection) {
        if (connection.heads().isAny()) {
            inHeads.add(connection, connections.now());
            makeRoomForHeads();
        } else {
            inHeads.remove(connection);
        }
    }

    /** Closes the connection that has been in a handshake for longest. */
    void endOldestHandshake() {
        Iterator<Connection> oldest = in(Phase.HANDSHAKE).iterator();
        if (oldest.hasNext()) {
            oldest.next().end(CloseReason.HANDSHAKE);
        }
    }

    /** Closes a connection that is less useful than a new one; returns whether there was one. */
    boolean endLeastUseful() {
        for (Phase phase : OF_LEAST_USE) {
            for (Connection connection : in(phase)) {
                if (!reading.contains(connection)) {
                    connection.end(CloseReason.LIMIT);
                    return true;
                }
            }
        }
        return endSlowest();
    }

    /** Closes the connection of a client that had time to read, and has not read all of its response. */
    private boolean endSlowest() {
        for (SlowReader reader : reading) {
            if (reader instanceof Connection connection && connection.isSlow()) {
                connection.end(CloseReason.LIMIT);
                return true;
            }
        }
        return false;
    }

    /** Ends all connections and pieces that have exceeded their limits. */
    void look() {
        long now = connections.now();
        for (Phase phase : Phase.values()) {
            List<Connection> over = new ArrayList<>();
            for (Connection connection : in(phase)) {
                if (connection.isOver(now)) {
                    over.add(connection);
                } else if (phase == Phase.BODY || !reading.contains(connection)) {
                    break;
                }
            }
            over.forEach(Connection::timeOut);
        }
        List<SlowReader> readers = new ArrayList<>();
        reading.forEach(readers::add);
        readers.forEach(reader -> reader.lookAtReading(now));
        List.copyOf(ending).forEach(reader -> reader.lookAtReading(now));
        makeRoom();
        makeRoomForHeads();
    }

    /**
     * Ends the connections that began longest ago to send a head bit by bit, or requests ahead, until the budget has
     * room.
     */
    private void makeRoomForHeads() {
        while (connections.heads().isFull() && !inHeads.isEmpty()) {
            if (!connections.heads().isOverfull() && isLeftToAnother(reaper -> reaper.inHeads)) {
                return;
            }
            Connection longest = inHeads.iterator().next();
            inHeads.remove(longest);
            if (longest.heads().isAny()) {
                longest.end(CloseReason.HEAD);
            }
        }
    }

    /**
     * Asks the event loop whose first has held memory for longer than the first here. Each loop sees its own
     * connections only: if each made room by itself, clients that hold memory on one loop would end those on another.
     */
    private boolean isLeftToAnother(Function<ConnectionReaper, AgeQueue<?>> queue) {
        ConnectionReaper oldest = this;
        for (ConnectionReaper other : connections.reapers()) {
            if (queue.apply(other).oldest() < queue.apply(oldest).oldest()) {
                oldest = other;
            }
        }
        if (oldest == this) {
            return false;
        }
        oldest.makeRoomSoon();
        return true;
    }

    /** Makes room on its event loop; from any thread. */
    private void makeRoomSoon() {
        if (isAsked.compareAndSet(false, true)) {
            eventLoop.execute(() -> {
                isAsked.set(false);
                makeRoom();
                makeRoomForHeads();
            });
        }
    }

    /** Ends the longest waiting responses until the budget has room. */
    private void makeRoom() {
        while (connections.unread().isFull() && !reading.isEmpty()) {
            if (!connections.unread().isOverfull() && isLeftToAnother(reaper -> reaper.reading)) {
                return;
            }
            reading.iterator().next().makeRoom();
        }
    }
}
