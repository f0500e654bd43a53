package io.discovery.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The trust in the authorities of a file. If the file has revocation lists, a certificate is refused that one of the {@link
 * RevocationLists} in force names, and one of whose issuer it has no list; those of authorities between, too. No server of
 * an authority is asked.
 */
record Authorities(X509ExtendedTrustManager trust, RevocationLists revocations) {

    /**
     * @param clock by which revocation lists begin and end
     * @throws TlsException if the file holds no certificate, a broken one, or what may be a list and is not read
     */
    static Authorities of(PemFile file, InstantSource clock) {
        file.checkWhole();
        List<X509Certificate> certificates = file.certificates();
        RevocationLists revocations = RevocationLists.of(file, certificates, clock.instant());
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (int n = 0; n < certificates.size(); n++) {
                anchors.setCertificateEntry("authority-" + n, certificates.get(n));
            }
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(false);
            if (!revocations.isEmpty()) {
                parameters.addCertPathChecker(new RevocationListChecker(certificates, revocations, clock));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return new Authorities((X509ExtendedTrustManager) factory.getTrustManagers()[0], revocations);
        } catch (GeneralSecurityException | IOException refused) {
            throw new TlsException(file.path() + " holds authorities that cannot be used", refused);
        }
    }
}
