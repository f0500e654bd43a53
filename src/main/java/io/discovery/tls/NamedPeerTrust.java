package io.discovery.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trust in peers whose certificate is of a known authority and carries a name, whatever address the peer has. Both sides
 * of a connection judge so, before either believes a byte of the other's data. Thread-safe.
 */
final class NamedPeerTrust extends EngineTrust {

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
        List<String> names = PeerNames.of(certificate);
        if (!names.contains(name) && !names.contains(name.toLowerCase(Locale.ROOT))) {
            throw new CertificateException("the certificate of "
                    + certificate.getSubjectX500Principal().getName() + " carries the names " + names + ", expected "
                    + name + " among them");
        }
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
