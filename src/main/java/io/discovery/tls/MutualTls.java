package io.discovery.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.time.Instant;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * TLS 1.3 on which both sides show a certificate of a known authority that carries a common name. Each reading of the
 * files has sessions of its own, so no resumed session passes by a list of authorities that has changed. Immutable.
 */
public final class MutualTls {

    private static final String PROTOCOL = "TLSv1.3";

    private final SslContext dialling;
    private final SslContext accepting;
    private final Instant expires;

    private MutualTls(SslContext dialling, SslContext accepting, Instant expires) {
        this.dialling = dialling;
        this.accepting = accepting;
        this.expires = expires;
    }

    /**
     * Reads the files, and lets both sides of a connection accept each other by them: a key of another certificate, a
     * certificate that peers would refuse, and one that has expired are found here. Blocks for some 100 ms.
     *
     * @param name a DNS name, or a URI, that the certificate of each peer must carry
     * @throws TlsException if a file cannot be read, or if a peer with the same files would refuse this one
     */
    public static MutualTls read(TlsFiles files, String name) {
        PemFile certificate = PemFile.read(files.certificate());
        PemFile key = PemFile.read(files.key());
        NamedPeerTrust trust = new NamedPeerTrust(Authorities.of(PemFile.read(files.authorities())), name);
        Instant expires = certificate.certificates().get(0).getNotAfter().toInstant();
        try {
            SslContext dialling =
                    context(SslContextBuilder.forClient().keyManager(certificate.stream(), key.stream()), trust);
            SslContext accepting = context(
                    SslContextBuilder.forServer(certificate.stream(), key.stream())
                            .clientAuth(ClientAuth.REQUIRE),
                    trust);
            MutualTls tls = new MutualTls(dialling, accepting, expires);
            SelfHandshake.run(tls.dial(), tls.accept());
            return tls;
        } catch (IllegalArgumentException noKey) {
            throw new TlsException(
                    key.path() + " holds no private key that can be read, expected a block of"
                            + " -----BEGIN PRIVATE KEY----- (PKCS#8, not encrypted)",
                    noKey);
        } catch (SSLException refused) {
            throw new TlsException(
                    "a peer with the same files would refuse this one (" + certificate.path() + ", " + key.path() + ", "
                            + files.authorities() + ")",
                    refused);
        }
    }

    private static SslContext context(SslContextBuilder builder, NamedPeerTrust trust) throws SSLException {
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

    /** Returns the time after which peers refuse this side's certificate. */
    public Instant expires() {
        return expires;
    }
}
