package io.discovery.dns;

import io.discovery.config.Settings;
import io.discovery.dns.Responder.Transport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A DNS server over TCP (RFC 7766) with a limit on connections: over it, the server closes the connection with the
 * oldest last query, so a client with many connections cannot keep others out, and none of a client that may not ask
 * takes the place of one that may. Confined to the event loop of the verticle that made it.
 */
final class TcpServer {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Vertx vertx;
    private final Responder responder;
    private final DnsServer.TcpLimits limits;
    private final NetServer server;
    private final Sources sources;
    private final PeerAddresses peers;
    /** In order of their last query, the oldest first. */
    private final Set<TcpConnection> connections = new LinkedHashSet<>();

    private volatile int open;

    TcpServer(Vertx vertx, Settings.Dns settings, Responder responder, DnsServer.TcpLimits limits) {
        this.vertx = vertx;
        this.responder = responder;
        this.limits = limits;
        this.sources = new Sources(settings.allowed());
        this.peers = new PeerAddresses(vertx);
        this.server = vertx.createNetServer(
                new NetServerOptions().setHost(settings.host()).setPort(settings.port()));
    }

    Future<?> listen() {
        // The timer ends with the verticle.
        vertx.setPeriodic(LOOK.toMillis(), timer -> endTheIdle());
        return server.connectHandler(this::connected).listen();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a connection that is ended is not looked at again
    private void connected(NetSocket socket) {
        Transport transport = isAllowed(socket.remoteAddress()) ? Transport.TCP : Transport.TCP_NOT_ALLOWED;
        if (connections.size() >= limits.connections()) {
            if (transport == Transport.TCP_NOT_ALLOWED) {
                socket.close();
                return;
            }
            end(connections.iterator().next());
        }
        TcpConnection connection = new TcpConnection(socket, responder, transport, this::asked);
        connections.add(connection);
        open = connections.size();
        socket.closeHandler(closed -> forget(connection));
        socket.exceptionHandler(failure -> end(connection));
        socket.handler(connection::received);
    }

    /** @param client null if it is gone already */
    private boolean isAllowed(@Nullable SocketAddress client) {
        return client != null && sources.isAllowed(peers.of(client));
    }

    private void asked(TcpConnection connection) {
        if (connections.remove(connection)) {
            connections.add(connection);
        }
    }

    private void endTheIdle() {
        long now = System.nanoTime();
        List<TcpConnection> idle = new ArrayList<>();
        for (Iterator<TcpConnection> each = connections.iterator(); each.hasNext(); ) {
            TcpConnection connection = each.next();
            if (connection.idleNanos(now) <= limits.idle().toNanos()) {
                break;
            }
            idle.add(connection);
        }
        idle.forEach(this::end);
    }

    private void end(TcpConnection connection) {
        forget(connection);
        connection.end();
    }

    private void forget(TcpConnection connection) {
        connections.remove(connection);
        open = connections.size();
    }

    /** Returns the number of open connections; from any thread. */
    int open() {
        return open;
    }

    Future<?> close() {
        return server.shutdown(0, TimeUnit.SECONDS);
    }
}
