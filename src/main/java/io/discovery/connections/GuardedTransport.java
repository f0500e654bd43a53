package io.discovery.connections;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/**
 * Vert.x's own transport, with a hook that passes each connection of an HTTP server to {@link Connections} first:
 * Vert.x reports a connection when it has seen the first bytes, but silent connections have to be counted and closed
 * too.
 */
final class GuardedTransport extends NioTransport {

    private final Connections connections;

    private GuardedTransport(Connections connections) {
        this.connections = connections;
    }

    static Transport of(Connections connections) {
        return new TransportInternal("nio", true, null, new GuardedTransport(connections));
    }

    @Override
    public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
        super.configure(options, domainSocket, bootstrap);
        if (options instanceof HttpServerOptions http) {
            bootstrap.handler(new Acceptor(connections, http));
        }
    }
}
