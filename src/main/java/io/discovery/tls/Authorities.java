package io.discovery.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The trust in the authorities of a file. If the file has revocation lists, a certificate is refused that one of the {@link
 * RevocationLists} in force names, and one of whose issuer it has no list; those of authorities between, too.
 *
 * @param expiries the ends of the lists
 */
record Authorities(X509ExtendedTrustManager trust, List<Expiry> expiries) {

    Authorities {
        expiries = List.copyOf(expiries);
    }

    /** @throws TlsException if the file holds no certificate, a broken one, or what may be a list and is not read */
    static Authorities of(PemFile file) {
        file.checkWhole();
        List<X509Certificate> certificates = file.certificates();
        RevocationLists revocations = RevocationLists.of(file, certificates);
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (int n = 0; n < certificates.size(); n++) {
                anchors.setCertificateEntry("authority-" + n, certificates.get(n));
            }
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            boolean hasLists = !revocations.inForce().isEmpty();
            parameters.setRevocationEnabled(hasLists);
            if (hasLists) {
                parameters.addCertStore(
                        CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocations.inForce())));
                parameters.addCertPathChecker(checker());
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return new Authorities((X509ExtendedTrustManager) factory.getTrustManagers()[0], revocations.expiries());
        } catch (GeneralSecurityException | IOException refused) {
            throw new TlsException(file.path() + " holds authorities that cannot be used", refused);
        }
    }

    /** Looks at the lists of the file alone: no server of an authority is asked. */
    private static PKIXRevocationChecker checker() throws GeneralSecurityException {
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK));
        return checker;
    }
}
