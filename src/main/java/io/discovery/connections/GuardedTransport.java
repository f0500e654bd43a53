package io.discovery.connections;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.impl.transports.TransportInternal;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.transport.Transport;

/**
 * Vert.x's own transport, which hands each connection that an HTTP server accepts to {@link Connections} first: Vert.x tells
 * of a connection when it has seen the first bytes, and one that never sends any has to be counted and ended too.
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
