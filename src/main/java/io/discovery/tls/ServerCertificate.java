package io.discovery.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * The certificate that a member shows its clients, and what it asks of theirs, in PEM files.
 *
 * @param certificate the certificate, and those of the authorities between it and one that clients trust
 * @param key the certificate's private key, not encrypted
 * @param clientAuthorities certificates of the authorities whose clients are believed, and their revocation lists; empty if
 *     no client is asked for a certificate
 * @param clients whether clients are asked for a certificate, and served without one
 */
public record ServerCertificate(Path certificate, Path key, Optional<Path> clientAuthorities, ClientAuth clients)
        implements TlsSource<ServerTls> {

    /** Mozilla, "Server Side TLS", "Intermediate": forward secrecy, and encryption that authenticates. */
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final ApplicationProtocolConfig ALPN = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);

    @Override
    public List<Path> files() {
        return Stream.concat(Stream.of(certificate, key), clientAuthorities.stream())
                .toList();
    }

    /**
     * Reads the files, and lets a client that believes everything connect: a key of another certificate is found here. A
     * certificate that has expired is used all the same: it is better than none where clients do not look.
     *
     * @throws TlsException if a file cannot be read, or if no client could connect
     */
    @Override
    public ServerTls read(InstantSource clock) {
        PemFile certificates = PemFile.read(certificate);
        PemFile privateKey = PemFile.read(key);
        Optional<Authorities> believed = clientAuthorities.map(file -> Authorities.of(PemFile.read(file), clock));
        Expiry own = Expiry.of(certificate, certificates.certificates().get(0));
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(certificates.stream(), privateKey.stream())
                    .sslProvider(SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(ALPN)
                    .clientAuth(clients);
            believed.ifPresent(authorities -> builder.trustManager(authorities.trust()));
            SslContext context = builder.build();
            SelfHandshake.withAnyClient(context);
            RevocationLists lists = believed.map(Authorities::revocations).orElse(RevocationLists.NONE);
            return new ServerTls(context, new Validity(List.of(own), lists));
        } catch (IllegalArgumentException noKey) {
            throw TlsException.noKey(key, noKey);
        } catch (SSLException refused) {
            throw new TlsException("no client could connect with " + certificate + " and " + key, refused);
        }
    }
}
