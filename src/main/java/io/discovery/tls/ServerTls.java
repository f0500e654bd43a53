package io.discovery.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;

/** TLS of a server for clients. Each reading of the files has sessions of its own. Immutable. */
public final class ServerTls implements TlsSource.Material {

    private final SslContext context;
    private final Instant expires;

    ServerTls(SslContext context, Instant expires) {
        this.context = context;
        this.expires = expires;
    }

    /**
     * Returns the handler of a new connection. It has no time limit for the handshake.
     *
     * @param tasks runs the costly steps of the handshake
     */
    public SslHandler handler(ByteBufAllocator allocator, Executor tasks) {
        SslHandler handler = context.newHandler(allocator, tasks);
        handler.setHandshakeTimeoutMillis(0);
        return handler;
    }

    @Override
    public Optional<Instant> expires() {
        return Optional.of(expires);
    }
}
