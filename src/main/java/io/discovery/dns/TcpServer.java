package io.discovery.dns;

import io.discovery.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * DNS over TCP (RFC 7766): who comes, who has to go. There are never more connections than a limit: over it the one goes
 * whose last query is longest ago, so that who holds many keeps nobody out. Belongs to the event loop of the verticle that
 * made it.
 */
final class TcpServer {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final Vertx vertx;
    private final Responder responder;
    private final DnsServer.TcpLimits limits;
    private final NetServer server;
    /** By the time of their last query, the longest ago first. */
    private final Set<TcpConnection> connections = new LinkedHashSet<>();

    private volatile int open;

    TcpServer(Vertx vertx, Settings.Dns settings, Responder responder, DnsServer.TcpLimits limits) {
        this.vertx = vertx;
        this.responder = responder;
        this.limits = limits;
        this.server = vertx.createNetServer(
                new NetServerOptions().setHost(settings.host()).setPort(settings.port()));
    }

    Future<?> listen() {
        // With the verticle the timer ends too.
        vertx.setPeriodic(LOOK.toMillis(), timer -> endTheIdle());
        return server.connectHandler(this::connected).listen();
    }

    private void connected(NetSocket socket) {
        if (connections.size() >= limits.connections()) {
            end(connections.iterator().next());
        }
        TcpConnection connection = new TcpConnection(socket, responder, this::asked);
        connections.add(connection);
        open = connections.size();
        socket.closeHandler(closed -> forget(connection));
        socket.exceptionHandler(failure -> end(connection));
        socket.handler(connection::received);
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

    /** How many connections there are; for any thread. */
    int open() {
        return open;
    }

    Future<?> close() {
        return server.shutdown(0, TimeUnit.SECONDS);
    }
}
