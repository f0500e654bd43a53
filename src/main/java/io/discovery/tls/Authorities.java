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
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * The trust in the authorities of a file. If the file has revocation lists, a certificate is refused that the
 * latest of them names, and one of whose issuer it has no list; those of authorities between, too.
 *
 * @param expiries the ends of the lists
 */
record Authorities(X509ExtendedTrustManager trust, List<Expiry> expiries) {

    /** The difference of clocks that Java allows for the begin of a list. */
    private static final Duration CLOCKS = Duration.ofMinutes(15);

    private static final Comparator<X509CRL> LATER =
            Comparator.comparing(Authorities::begin).thenComparing(X509CRL::getNextUpdate);

    Authorities {
        expiries = List.copyOf(expiries);
    }

    /** @throws TlsException if the file holds no certificate, a broken one, or what may be a list and is not read */
    static Authorities of(PemFile file) {
        file.checkWhole();
        List<X509Certificate> certificates = file.certificates();
        List<X509CRL> revocations = file.revocations();
        Map<Scope, X509CRL> latest = latest(file, revocations);
        latest.values().forEach(list -> checkTime(file, list));
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (int n = 0; n < certificates.size(); n++) {
                anchors.setCertificateEntry("authority-" + n, certificates.get(n));
            }
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
            parameters.setRevocationEnabled(!revocations.isEmpty());
            if (!revocations.isEmpty()) {
                parameters.addCertStore(CertStore.getInstance(
                        "Collection", new CollectionCertStoreParameters(inForce(revocations, latest))));
                parameters.addCertPathChecker(checker());
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(new CertPathTrustManagerParameters(parameters));
            return new Authorities(
                    (X509ExtendedTrustManager) factory.getTrustManagers()[0],
                    latest.values().stream()
                            .map(list -> Expiry.of(file.path(), list))
                            .toList());
        } catch (GeneralSecurityException | IOException refused) {
            throw new TlsException(file.path() + " holds authorities that cannot be used", refused);
        }
    }

    /**
     * What a list is about; a later list about the same replaces it (RFC 5280, 5.1.2.4 and 5.2).
     *
     * @param extensions those that name the key of the authority and the part of its certificates
     */
    private record Scope(X500Principal authority, List<String> extensions) {

        private static final String AUTHORITY_KEY = "2.5.29.35";
        private static final String DISTRIBUTION_POINT = "2.5.29.28";
        private static final String DELTA = "2.5.29.27";

        static Scope of(X509CRL list) {
            return new Scope(
                    list.getIssuerX500Principal(),
                    Stream.of(AUTHORITY_KEY, DISTRIBUTION_POINT, DELTA)
                            .map(extension -> Arrays.toString(list.getExtensionValue(extension)))
                            .toList());
        }
    }

    /** Returns the latest list of each scope, and of those that have yet to begin the first. */
    private static Map<Scope, X509CRL> latest(PemFile file, List<X509CRL> revocations) {
        Instant begun = Instant.now().plus(CLOCKS);
        Map<Scope, X509CRL> latest = new LinkedHashMap<>();
        for (X509CRL list : revocations) {
            if (list.getNextUpdate() == null) {
                throw new TlsException(
                        named(file, list) + " without the time of the next one (nextUpdate), by which Java"
                                + " refuses all certificates of that authority");
            }
            if (!begin(list).isAfter(begun)) {
                latest.merge(Scope.of(list), list, BinaryOperator.maxBy(LATER));
            }
        }
        revocations.forEach(list -> latest.putIfAbsent(Scope.of(list), list));
        return latest;
    }

    /**
     * Leaves out the lists that another one has replaced. Java would believe them until they end, and so let a certificate
     * in again that the later list revokes when that one ends first.
     */
    private static List<X509CRL> inForce(List<X509CRL> revocations, Map<Scope, X509CRL> latest) {
        return revocations.stream()
                .filter(list -> !begin(list).isBefore(begin(latest.getOrDefault(Scope.of(list), list))))
                .toList();
    }

    private static Instant begin(X509CRL list) {
        return list.getThisUpdate().toInstant();
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
