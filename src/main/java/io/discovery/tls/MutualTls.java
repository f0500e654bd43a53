package io.discovery.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 on which both sides show a certificate, and both judge the other's by the same trust. Each reading of the files
 * has sessions of its own, so no resumed session passes by a trust that has changed. Immutable.
 */
public final class MutualTls implements TlsSource.Material {

    private static final String PROTOCOL = "TLSv1.3";

    private final SslContext dialling;
    private final SslContext accepting;
    private final Validity validity;

    private MutualTls(SslContext dialling, SslContext accepting, Validity validity) {
        this.dialling = dialling;
        this.accepting = accepting;
        this.validity = validity;
    }

    /**
     * Returns TLS with the certificate and key of two builders, after a handshake of the two with each other.
     *
     * @throws SSLException if one side refuses the other
     */
    static MutualTls of(
            SslContextBuilder client, SslContextBuilder server, X509ExtendedTrustManager trust, Validity validity)
            throws SSLException {
        MutualTls tls =
                new MutualTls(context(client, trust), context(server.clientAuth(ClientAuth.REQUIRE), trust), validity);
        SelfHandshake.run(tls.dial(), tls.accept());
        return tls;
    }

    private static SslContext context(SslContextBuilder builder, X509ExtendedTrustManager trust) throws SSLException {
        // Names are the matter of the trust: an address need not stand in a certificate.
        return builder.sslProvider(SslProvider.JDK)
                .trustManager(trust)
                .protocols(PROTOCOL)
                .endpointIdentificationAlgorithm(null)
                .build();
    }

    /** Returns an engine for a connection that this side opens. */
    public SSLEngine dial() {
        return dialling.newEngine(UnpooledByteBufAllocator.DEFAULT);
    }

    /** Returns an engine for a connection that the peer opens. */
    public SSLEngine accept() {
        return accepting.newEngine(UnpooledByteBufAllocator.DEFAULT);
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
