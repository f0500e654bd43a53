package io.discovery.cluster.port;

import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.tcp.TcpServerConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that others have opened to the members' port, until their peers are members. Each has its time to say the
 * handshake and its time to become a member; of too many the oldest is ended, so that nobody can keep a member out by
 * connecting and waiting. Safe for all threads.
 */
final class UnknownConnections {

    /** Members that join together are fewer, and each takes milliseconds. */
    static final int MOST = 64;

    static final Duration HANDSHAKE_PATIENCE = Duration.ofSeconds(5);
    static final Duration JOIN_PATIENCE = Duration.ofSeconds(60);
    /** How long the log is silent after a line. */
    private static final Duration LOG_PAUSE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(UnknownConnections.class);

    private final LongSupplier nanoTime;
    /** In the order in which they came. */
    private final Map<ServerConnection, Stranger> connections = new LinkedHashMap<>();

    private long refused;
    private long untold;
    private @Nullable Long toldAt;

    /** @param members whether a member has this id */
    private record Stranger(long since, boolean isIntroduced, Predicate<UUID> members) {
        Stranger introduced() {
            return new Stranger(since, true, members);
        }
    }

    UnknownConnections(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A connection that somebody else has opened. */
    void accepted(ServerConnection connection, Predicate<UUID> members) {
        ServerConnection oldest;
        synchronized (this) {
            connections.put(connection, new Stranger(nanoTime.getAsLong(), false, members));
            if (connections.size() <= MOST) {
                return;
            }
            forgetTheKnown();
            oldest = connections.size() <= MOST
                    ? null
                    : connections.keySet().iterator().next();
        }
        if (oldest != null) {
            refuse(oldest, "is the oldest of " + (MOST + 1) + " that are no members");
        }
    }

    /** It has said the handshake of a member. */
    synchronized void handshakeOf(ServerConnection connection) {
        connections.computeIfPresent(connection, (same, stranger) -> stranger.introduced());
    }

    /** Ends those whose time is over. */
    void look() {
        List<ServerConnection> late = new ArrayList<>();
        synchronized (this) {
            forgetTheKnown();
            long now = nanoTime.getAsLong();
            connections.forEach((connection, stranger) -> {
                Duration patience = stranger.isIntroduced() ? JOIN_PATIENCE : HANDSHAKE_PATIENCE;
                if (now - stranger.since() > patience.toNanos()) {
                    late.add(connection);
                }
            });
        }
        late.forEach(connection -> refuse(connection, "has not become a member in time"));
    }

    private void forgetTheKnown() {
        connections.entrySet().removeIf(entry -> {
            UUID peer = entry.getKey().getRemoteUuid();
            return !entry.getKey().isAlive()
                    || peer != null && entry.getValue().members().test(peer);
        });
    }

    /** Ends a connection. The log has a line of it, unless it had one a moment ago: strangers must not fill it. */
    void refuse(ServerConnection connection, String fault) {
        String from = String.valueOf(connection.getRemoteSocketAddress());
        connection.close("a connection to the members' port " + fault, null);
        releaseSocket(connection);
        long unsaid;
        synchronized (this) {
            connections.remove(connection);
            refused++;
            long now = nanoTime.getAsLong();
            if (toldAt != null && now - toldAt < LOG_PAUSE.toNanos()) {
                untold++;
                return;
            }
            toldAt = now;
            unsaid = untold;
            untold = 0;
        }
        log.warn(
                "the connection to the members' port from {} {}: ended; {} more since the last such line",
                from,
                fault,
                unsaid);
    }

    /** A socket is closed when both of Hazelcast's threads have let go of it, for which each has to awake: up to 5 s. */
    private static void releaseSocket(ServerConnection connection) {
        if (connection instanceof TcpServerConnection tcp) {
            tcp.getChannel().inboundPipeline().wakeup();
            tcp.getChannel().outboundPipeline().wakeup();
        }
    }

    synchronized int count() {
        connections.keySet().removeIf(connection -> !connection.isAlive());
        return connections.size();
    }

    synchronized long refused() {
        return refused;
    }
}
