package io.discovery.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trust in clients that show their certificate on each connection by TLS 1.3. Java looks at no certificate when a client
 * resumes a session, and gives the client another session to resume: a certificate that has ended would be believed on.
 * Thread-safe.
 */
final class UnresumedTrust extends EngineTrust {

    private static final String TLS_1_3 = "TLSv1.3";

    private final X509ExtendedTrustManager authorities;

    UnresumedTrust(X509ExtendedTrustManager authorities) {
        this.authorities = authorities;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities.checkClientTrusted(chain, authType, engine);
        SSLSession session = engine.getHandshakeSession();
        // By TLS 1.2 the member has promised a session already, and a client may end the connection if none comes.
        if (session.getProtocol().equals(TLS_1_3)) {
            session.invalidate();
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        authorities.checkServerTrusted(chain, authType, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
