package io.discovery.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/** TLS of a server for clients. Each reading of the files has sessions of its own. Immutable. */
public final class ServerTls implements TlsSource.Material {

    private final SslContext context;
    private final Instant expires;

    ServerTls(SslContext context, Instant expires) {
        this.context = context;
        this.expires = expires;
    }

    /** Returns the engine of a new connection. */
    public SSLEngine engine(ByteBufAllocator allocator) {
        return context.newEngine(allocator);
    }

    @Override
    public Optional<Instant> expires() {
        return Optional.of(expires);
    }
}
