package io.discovery.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Certificates that peers have shown. */
public final class PeerCertificates {

    private PeerCertificates() {}

    /**
     * Returns whether the certificate that the peer of a session has shown has ended. Java verifies certificates when
     * they are shown, and looks at none when a peer resumes a session, which may be a day old. Those behind it may have
     * ended: Java verifies no more of them than it needs.
     */
    public static boolean hasEnded(SSLSession session, Instant now) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate shown
                    && shown.getNotAfter().toInstant().isBefore(now);
        } catch (SSLPeerUnverifiedException none) {
            return false;
        }
    }
}
