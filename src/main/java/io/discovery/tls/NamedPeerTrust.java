package io.discovery.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trust in peers whose certificate is of a known authority and carries a name, whatever address the peer has. Both sides
 * of a connection judge so, before either believes a byte of the other's data. Thread-safe.
 */
final class NamedPeerTrust extends EngineTrust {

    private static final int DNS = 2;
    private static final int URI = 6;

    private final X509ExtendedTrustManager authorities;
    private final String name;

    /** @param name a DNS name, or a URI, as it must stand among the certificate's alternative names */
    NamedPeerTrust(X509ExtendedTrustManager authorities, String name) {
        this.authorities = authorities;
        this.name = name;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities.checkClientTrusted(chain, authType, engine);
        checkName(chain[0]);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType, engine);
        checkName(chain[0]);
    }

    private void checkName(X509Certificate certificate) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null || names.stream().noneMatch(this::isName)) {
            throw new CertificateException("the certificate of "
                    + certificate.getSubjectX500Principal().getName() + " carries the names " + texts(names)
                    + ", expected " + name + " among them");
        }
    }

    private boolean isName(List<?> alternative) {
        Object kind = alternative.get(0);
        return kind.equals(DNS) && name.equalsIgnoreCase((String) alternative.get(1))
                || kind.equals(URI) && name.equals(alternative.get(1));
    }

    private static List<String> texts(@Nullable Collection<List<?>> names) {
        return names == null
                ? List.of()
                : names.stream().map(each -> String.valueOf(each.get(1))).toList();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
