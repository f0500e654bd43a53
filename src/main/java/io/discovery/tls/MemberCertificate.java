package io.discovery.tls;

import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * The certificate of a member and what it asks of those of its peers, in PEM files.
 *
 * @param certificate the certificate, and those of the authorities between it and one that others trust
 * @param key the certificate's private key, not encrypted
 * @param authorities certificates of the authorities whose certificates are accepted, and their revocation lists, if any
 * @param name a DNS name, or a URI, that the certificate of each peer must carry
 */
public record MemberCertificate(Path certificate, Path key, Path authorities, String name)
        implements TlsSource<MutualTls> {

    @Override
    public List<Path> files() {
        return List.of(certificate, key, authorities);
    }

    /**
     * Reads the files, and lets both sides of a connection accept each other by them: a key of another certificate, a
     * certificate that peers would refuse, and one that has expired are found here. Blocks for some 100 ms.
     *
     * @throws TlsException if a file cannot be read, or if a peer with the same files would refuse this one
     */
    @Override
    public MutualTls read(InstantSource clock) {
        PemFile certificates = PemFile.read(certificate);
        PemFile privateKey = PemFile.read(key);
        Authorities believed = Authorities.of(PemFile.read(authorities), clock);
        Expiry own = Expiry.of(certificate, certificates.certificates().get(0));
        // Java believes a certificate that stands among the authorities itself whatever its time; peers look at that.
        if (own.end().isBefore(clock.instant())) {
            throw new TlsException(certificate + " holds a certificate that ended at " + own.end()
                    + " (NotAfter), expected a current one");
        }
        try {
            return MutualTls.of(
                    SslContextBuilder.forClient().keyManager(certificates.stream(), privateKey.stream()),
                    SslContextBuilder.forServer(certificates.stream(), privateKey.stream()),
                    new NamedPeerTrust(believed.trust(), name),
                    new Validity(List.of(own), believed.revocations()));
        } catch (IllegalArgumentException noKey) {
            throw TlsException.noKey(key, noKey);
        } catch (SSLException refused) {
            throw new TlsException(
                    "a peer with the same files would refuse this one (" + certificate + ", " + key + ", " + authorities
                            + ")",
                    refused);
        }
    }
}
