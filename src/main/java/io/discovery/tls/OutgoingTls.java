package io.discovery.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** TLS of connections that a member opens to servers of others. */
public final class OutgoingTls {

    private OutgoingTls() {}

    /**
     * Returns the TLS of a client that believes the authorities of a file alone, and shows no certificate. If the file
     * has revocation lists, they count.
     *
     * @throws TlsException if the file holds no certificate, or a broken one
     */
    public static SSLContext of(Path authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager[] trust = {
                Authorities.of(PemFile.read(authorities), InstantSource.system())
                        .trust()
            };
            context.init(null, trust, null);
            return context;
        } catch (GeneralSecurityException refused) {
            throw new TlsException(authorities + " holds authorities that cannot be used", refused);
        }
    }
}
