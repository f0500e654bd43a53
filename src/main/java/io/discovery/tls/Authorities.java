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
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

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
        Collection<X509CRL> latest = latest(file, revocations);
        latest.forEach(list -> checkTime(file, list));
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
                    latest.stream().map(list -> Expiry.of(file.path(), list)).toList());
        } catch (GeneralSecurityException | IOException refused) {
            throw new TlsException(file.path() + " holds authorities that cannot be used", refused);
        }
    }

    /** Returns of each authority the list that ends last: others may be there beside it, and Java takes the current one. */
    private static Collection<X509CRL> latest(PemFile file, List<X509CRL> revocations) {
        Map<X500Principal, X509CRL> latest = new LinkedHashMap<>();
        for (X509CRL list : revocations) {
            if (list.getNextUpdate() == null) {
                throw new TlsException(
                        named(file, list) + " without the time of the next one (nextUpdate), by which Java"
                                + " refuses all certificates of that authority");
            }
            latest.merge(
                    list.getIssuerX500Principal(),
                    list,
                    BinaryOperator.maxBy(Comparator.comparing(X509CRL::getNextUpdate)));
        }
        return latest.values();
    }

    private static String named(PemFile file, X509CRL list) {
        return file.path() + " holds a revocation list of "
                + list.getIssuerX500Principal().getName();
    }

    /** A list that has ended would let every peer be refused, without a word here. */
    private static void checkTime(PemFile file, X509CRL list) {
        Instant next = list.getNextUpdate().toInstant();
        if (next.isBefore(Instant.now())) {
            throw new TlsException(named(file, list) + " that ended at " + next + ", expected a current one");
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
