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
 * The connections that other processes have opened to the members' port, until their peers are members. Each has a
 * limited time for the handshake and a limited time to become a member. If there are too many, the oldest ends, so that
 * no client can keep a member out by connecting and waiting. Thread-safe.
 */
final class UnknownConnections {

    /** Maximum number of such connections: fewer members join together, and each takes milliseconds. */
    static final int MOST = 64;

    static final Duration HANDSHAKE_PATIENCE = Duration.ofSeconds(5);
    static final Duration JOIN_PATIENCE = Duration.ofSeconds(60);
    /** Minimum time between two log lines. */
    private static final Duration LOG_PAUSE = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(UnknownConnections.class);

    private final LongSupplier nanoTime;
    /** Connections in the order in which they came. */
    private final Map<ServerConnection, Stranger> connections = new LinkedHashMap<>();

    private long refused;
    private long unlogged;
    private @Nullable Long loggedAt;

    /**
     * A peer that is no member yet.
     *
     * @param members whether a member has this id
     */
    private record Stranger(long since, boolean isIntroduced, Predicate<UUID> members) {
        Stranger introduced() {
            return new Stranger(since, true, members);
        }
    }

    UnknownConnections(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Adds a connection that another process has opened. */
    void accepted(ServerConnection connection, Predicate<UUID> members) {
        ServerConnection oldest;
        synchronized (this) {
            connections.put(connection, new Stranger(nanoTime.getAsLong(), false, members));
            if (connections.size() <= MOST) {
                return;
            }
            dropMembersAndDead();
            oldest = connections.size() <= MOST
                    ? null
                    : connections.keySet().iterator().next();
        }
        if (oldest != null) {
            refuse(oldest, "is the oldest of " + (MOST + 1) + " that are no members");
        }
    }

    /** Records that the peer of a connection has sent the handshake of a member. */
    synchronized void handshakeOf(ServerConnection connection) {
        connections.computeIfPresent(connection, (same, stranger) -> stranger.introduced());
    }

    /** Ends connections whose time is over. */
    void look() {
        List<ServerConnection> late = new ArrayList<>();
        synchronized (this) {
            dropMembersAndDead();
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

    private void dropMembersAndDead() {
        connections.entrySet().removeIf(entry -> {
            UUID peer = entry.getKey().getRemoteUuid();
            return !entry.getKey().isAlive()
                    || peer != null && entry.getValue().members().test(peer);
        });
    }

    /** Ends a connection, and logs it unless a line was logged a moment ago: unknown clients must not fill the log. */
    void refuse(ServerConnection connection, String fault) {
        String from = String.valueOf(connection.getRemoteSocketAddress());
        connection.close("a connection to the members' port " + fault, null);
        releaseSocket(connection);
        long left;
        synchronized (this) {
            connections.remove(connection);
            refused++;
            long now = nanoTime.getAsLong();
            if (loggedAt != null && now - loggedAt < LOG_PAUSE.toNanos()) {
                unlogged++;
                return;
            }
            loggedAt = now;
            left = unlogged;
            unlogged = 0;
        }
        log.warn(
                isAccepted(connection)
                        ? "ended the connection to the members' port from {}, which {}; {} more since the last such line"
                        : "ended the connection to the member at {}, which {}; {} more since the last such line",
                from,
                fault,
                left);
    }

    private static boolean isAccepted(ServerConnection connection) {
        return !(connection instanceof TcpServerConnection tcp)
                || !tcp.getChannel().isClientMode();
    }

    /**
     * Wakes the threads of a connection: Hazelcast closes a socket when both of its threads have released it, and they
     * may sleep for up to 5 s.
     */
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
