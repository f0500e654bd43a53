package io.discovery.tls;

import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Alternative names in certificates of peers (RFC 5280, 4.2.1.6): DNS names in lower case, and URIs. */
public final class PeerNames {

    private static final int DNS = 2;
    private static final int URI = 6;
    private static final String KEPT = "io.discovery.names";

    private PeerNames() {}

    /** Returns the names in the certificate that the peer of a session has shown; empty if it has shown none. */
    @SuppressWarnings("unchecked") // no other class puts a value by this name
    public static List<String> of(SSLSession session) {
        Object kept = session.getValue(KEPT);
        if (kept == null) {
            List<String> names = read(session);
            session.putValue(KEPT, names);
            return names;
        }
        return (List<String>) kept;
    }

    private static List<String> read(SSLSession session) {
        try {
            return of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException | CertificateException noNames) {
            return List.of();
        }
    }

    static List<String> of(X509Certificate certificate) throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null
                ? List.of()
                : names.stream()
                        .filter(name -> name.get(0).equals(DNS) || name.get(0).equals(URI))
                        .map(PeerNames::text)
                        .toList();
    }

    private static String text(List<?> name) {
        String text = String.valueOf(name.get(1));
        return name.get(0).equals(DNS) ? text.toLowerCase(Locale.ROOT) : text;
    }
}
