package io.discovery.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;

/** TLS of a server for clients. Each reading of the files has sessions of its own. Immutable. */
public final class ServerTls implements TlsSource.Material {

    private final SslContext context;
    private final Function<Instant, List<Expiry>> expiries;

    ServerTls(SslContext context, Function<Instant, List<Expiry>> expiries) {
        this.context = context;
        this.expiries = expiries;
    }

    /** Returns the engine of a new connection. */
    public SSLEngine engine(ByteBufAllocator allocator) {
        return context.newEngine(allocator);
    }

    @Override
    public List<Expiry> expiries(Instant now) {
        return expiries.apply(now);
    }
}
