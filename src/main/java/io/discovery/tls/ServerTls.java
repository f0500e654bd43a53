package io.discovery.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** TLS of a server for clients. Each reading of the files has sessions of its own. Immutable. */
public final class ServerTls implements TlsSource.Material {

    private final SslContext context;
    private final Validity validity;

    ServerTls(SslContext context, Validity validity) {
        this.context = context;
        this.validity = validity;
    }

    /** Returns the engine of a new connection. */
    public SSLEngine engine(ByteBufAllocator allocator) {
        return context.newEngine(allocator);
    }

    /** Returns why the peer of a session is refused now, which may have resumed it; null if it is not. */
    public @Nullable String whyRefused(SSLSession session, Instant now) {
        return validity.whyRefused(session, now);
    }

    @Override
    public List<Expiry> expiries(Instant now) {
        return validity.expiries(now);
    }
}
