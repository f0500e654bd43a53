package io.discovery.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The time for which the certificates of both sides are valid.
 *
 * @param own the end of this side's certificate; empty if it has none
 * @param lists the revocation lists for the peers' certificates
 */
record Validity(List<Expiry> own, RevocationLists lists) {

    static final Validity ENDLESS = new Validity(List.of(), RevocationLists.NONE);

    Validity {
        own = List.copyOf(own);
    }

    /** Returns the ends, as the lists are now. */
    List<Expiry> expiries(Instant now) {
        return Stream.concat(own.stream(), lists.expiries(now).stream()).toList();
    }

    /**
     * Returns why a peer is refused now that was accepted when it showed its certificate; null if it is not. Java verifies
     * certificates when they are shown, and looks at none when a peer resumes a session, which may be a day old. Of those
     * above the peer's own the end does not count: Java verifies no more of them than it needs.
     */
    @Nullable
    String whyRefused(SSLSession session, Instant now) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate shown : session.getPeerCertificates()) {
                chain.add((X509Certificate) shown);
            }
            return chain.get(0).getNotAfter().toInstant().isBefore(now)
                    ? "its certificate has ended"
                    : lists.whyRefused(chain, now);
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }
}
