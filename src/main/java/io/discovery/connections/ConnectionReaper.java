package io.discovery.connections;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop, each phase in the order in which they entered it, so that who took too long stands
 * first, and so does who is of least use. One look over the first ones, twice a second, takes the place of a timer for each
 * connection. Belongs to its event loop.
 */
final class ConnectionReaper {

    private static final Logger log = LoggerFactory.getLogger(ConnectionReaper.class);
    private static final Duration PERIOD = Duration.ofMillis(500);
    /** Who may go when there are too many, the first of these first. Who waits for an answer stays. */
    private static final List<Phase> OF_LEAST_USE =
            List.of(Phase.LINGERING, Phase.FIRST_HEAD, Phase.SILENT, Phase.IDLE, Phase.HEAD, Phase.BODY);

    private final Connections connections;
    private final Map<Phase, ConnectionQueue> phases = new EnumMap<>(Phase.class);
    /** Those whose clients have an answer to read, the longest waiting first. */
    private final Set<SlowReader> reading = new LinkedHashSet<>();

    /** Those that were reset, and hold what they held until the socket has taken the word of it. */
    private final Set<SlowReader> ending = new LinkedHashSet<>();

    /** Those whose clients have sent heads that nobody has taken yet, the longest waiting first. */
    private final Set<Connection> inHeads = new LinkedHashSet<>();

    private final EventLoop eventLoop;

    ConnectionReaper(Connections connections, EventLoop eventLoop) {
        this.connections = connections;
        this.eventLoop = eventLoop;
        for (Phase phase : Phase.values()) {
            phases.put(phase, new ConnectionQueue());
        }
        // Until the event loop ends.
        eventLoop
                .scheduleWithFixedDelay(this::lookAgain, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS)
                .addListener(ended -> log.debug("connections are watched no more"));
    }

    private void lookAgain() {
        try {
            look();
        } catch (RuntimeException failed) {
            // Thrown on, it would end all looks.
            log.error("could not look at the connections, and will again", failed);
        }
    }

    /** Those in a phase. */
    ConnectionQueue in(Phase phase) {
        ConnectionQueue line = phases.get(phase);
        if (line == null) {
            throw new IllegalStateException("no line for " + phase);
        }
        return line;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    void startsReading(SlowReader reader) {
        reading.add(reader);
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

    /** It may have more heads than before, or none. */
    void lookAtHeads(Connection connection) {
        if (connection.heads().isAny()) {
            inHeads.add(connection);
            makeRoomForHeads();
        } else {
            inHeads.remove(connection);
        }
    }

    /** Ends one that is of less use than a new connection, if there is any; answers whether there was. */
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

    /** Who has had a moment to read, and has not read all of it, is of less use than somebody new. */
    private boolean endSlowest() {
        for (SlowReader reader : reading) {
            if (reader instanceof Connection connection && connection.isSlow()) {
                connection.end(CloseReason.LIMIT);
                return true;
            }
        }
        return false;
    }

    /** Ends what took too long. */
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
        List.copyOf(reading).forEach(reader -> reader.lookAtReading(now));
        List.copyOf(ending).forEach(reader -> reader.lookAtReading(now));
        makeRoom();
        makeRoomForHeads();
    }

    /** Who sends a head bit by bit, or requests ahead, and began longest ago, is ended first. */
    private void makeRoomForHeads() {
        while (connections.heads().isFull() && !inHeads.isEmpty()) {
            Connection longest = inHeads.iterator().next();
            inHeads.remove(longest);
            if (longest.heads().isAny()) {
                longest.end(CloseReason.HEAD);
            }
        }
    }

    /** The clients that have made an answer wait for longest are ended first. */
    private void makeRoom() {
        while (connections.unread().isFull() && !reading.isEmpty()) {
            reading.iterator().next().makeRoom();
        }
    }
}
