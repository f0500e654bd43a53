package io.discovery.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Certificates that peers have shown. */
public final class PeerCertificates {

    private PeerCertificates() {}

    /**
     * Returns whether a certificate that the peer of a session has shown has ended. Java verifies certificates when they
     * are shown, and looks at none when a peer resumes a session, which may be a day old.
     */
    public static boolean haveEnded(SSLSession session, Instant now) {
        return Stream.of(shown(session))
                .anyMatch(each -> each instanceof X509Certificate certificate
                        && certificate.getNotAfter().toInstant().isBefore(now));
    }

    private static Certificate[] shown(SSLSession session) {
        try {
            return session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException none) {
            return new Certificate[0];
        }
    }
}
