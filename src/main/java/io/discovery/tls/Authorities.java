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
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The trust in the authorities of a file. If the file has revocation lists, a certificate is refused that one of them
 * names, and one of whose issuer it has no list; those of authorities between, too.
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
        List<X509CRL> revocations = file.revocations();
        revocations.forEach(list -> checkTime(file, list));
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (int n = 0; n < certificates.size(); n++) {
                anchors.setCertificateEntry("authority-" + n, certificates.get(n));
            }
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(!revocations.isEmpty());
            if (!revocations.isEmpty()) {
                parameters.addCertStore(
                        CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocations)));
                parameters.addCertPathChecker(checker());
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return new Authorities(
                    (X509ExtendedTrustManager) factory.getTrustManagers()[0],
                    revocations.stream()
                            .map(list -> Expiry.of(file.path(), list))
                            .toList());
        } catch (GeneralSecurityException | IOException refused) {
            throw new TlsException(file.path() + " holds authorities that cannot be used", refused);
        }
    }

    /** A list that has ended, or that has no end, would let every peer be refused, without a word here. */
    private static void checkTime(PemFile file, X509CRL list) {
        Date next = list.getNextUpdate();
        String holds = file.path() + " holds a revocation list of "
                + list.getIssuerX500Principal().getName();
        if (next == null) {
            throw new TlsException(holds + " without the time of the next one (nextUpdate), by which Java refuses all"
                    + " certificates of that authority");
        }
        if (next.toInstant().isBefore(Instant.now())) {
            throw new TlsException(holds + " that ended at " + next.toInstant() + ", expected a current one");
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
