package io.discovery.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;

/** TLS of a server for clients. Each reading of the files has sessions of its own. Immutable. */
public final class ServerTls implements TlsSource.Material {

    private final SslContext context;
    private final List<Expiry> expiries;

    ServerTls(SslContext context, List<Expiry> expiries) {
        this.context = context;
        this.expiries = List.copyOf(expiries);
    }

    /** Returns the engine of a new connection. */
    public SSLEngine engine(ByteBufAllocator allocator) {
        return context.newEngine(allocator);
    }

    @Override
    public List<Expiry> expiries() {
        return expiries;
    }
}
