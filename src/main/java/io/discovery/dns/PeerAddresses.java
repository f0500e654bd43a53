package io.discovery.dns;

import io.discovery.model.AddressBits;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;
import java.net.InetSocketAddress;

/** The addresses of clients, as Vert.x has them: it shows others their texts, which take longer to read. Thread-safe. */
final class PeerAddresses {

    private final Transport transport;

    PeerAddresses(Vertx vertx) {
        this.transport = ((VertxInternal) vertx).transport();
    }

    /** Returns the address of a peer of a socket for UDP or TCP. */
    AddressBits of(SocketAddress peer) {
        return AddressBits.of(((InetSocketAddress) transport.convert(peer)).getAddress());
    }
}
