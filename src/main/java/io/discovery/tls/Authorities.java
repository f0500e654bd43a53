package io.discovery.tls;

import java.io.IOException;
import java.math.BigInteger;
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
import java.util.Optional;
import java.util.function.BinaryOperator;
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
            Comparator.comparing(Authorities::begin).thenComparing(Authorities::number);

    private static final String AUTHORITY_KEY = "2.5.29.35";
    private static final String DISTRIBUTION_POINT = "2.5.29.28";
    private static final String DELTA = "2.5.29.27";
    private static final String NUMBER = "2.5.29.20";
    /** Bytes before those of a number: the tags and lengths of the text that holds it and of the number itself. */
    private static final int NUMBER_BEGINS = 4;

    Authorities {
        expiries = List.copyOf(expiries);
    }

    /** @throws TlsException if the file holds no certificate, a broken one, or what may be a list and is not read */
    static Authorities of(PemFile file) {
        file.checkWhole();
        List<X509Certificate> certificates = file.certificates();
        // Java uses no list that tells only the changes since another one.
        List<X509CRL> revocations = file.revocations().stream()
                .filter(list -> list.getExtensionValue(DELTA) == null)
                .toList();
        Map<Scope, X509CRL> latest = latest(file, revocations, certificates);
        latest.values().stream()
                .filter(list -> list.getExtensionValue(DISTRIBUTION_POINT) == null)
                .forEach(list -> checkTime(file, list));
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
                        "Collection", new CollectionCertStoreParameters(inForce(revocations, latest, certificates))));
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
     * @param key of the authority, which keeps its name when it gets another one
     * @param part of its certificates, if not all
     */
    private record Scope(X500Principal authority, String key, String part) {

        static Scope of(X509CRL list, List<X509Certificate> certificates) {
            String key = certificates.stream()
                    .filter(signer -> isBy(signer, list))
                    .map(signer -> signer.getPublicKey().getEncoded())
                    .findFirst()
                    // The authority stands between those of the file and a certificate.
                    .or(() -> Optional.ofNullable(list.getExtensionValue(AUTHORITY_KEY)))
                    .map(Arrays::toString)
                    .orElse("");
            return new Scope(
                    list.getIssuerX500Principal(), key, Arrays.toString(list.getExtensionValue(DISTRIBUTION_POINT)));
        }

        private static boolean isBy(X509Certificate signer, X509CRL list) {
            if (!signer.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
                return false;
            }
            try {
                list.verify(signer.getPublicKey());
                return true;
            } catch (GeneralSecurityException otherKey) {
                return false;
            }
        }
    }

    /** Returns the latest list of each scope, and of those that have yet to begin the first. */
    private static Map<Scope, X509CRL> latest(
            PemFile file, List<X509CRL> revocations, List<X509Certificate> certificates) {
        Instant begun = Instant.now().plus(CLOCKS);
        Map<Scope, X509CRL> latest = new LinkedHashMap<>();
        for (X509CRL list : revocations) {
            if (list.getNextUpdate() == null) {
                throw new TlsException(
                        named(file, list) + " without the time of the next one (nextUpdate), by which Java"
                                + " refuses all certificates of that authority");
            }
            if (!begin(list).isAfter(begun)) {
                latest.merge(Scope.of(list, certificates), list, BinaryOperator.maxBy(LATER));
            }
        }
        revocations.forEach(list -> latest.putIfAbsent(Scope.of(list, certificates), list));
        return latest;
    }

    /**
     * Leaves out the lists that another one has replaced. Java would believe them until they end, and so let a certificate
     * in again that the later list revokes when that one ends first.
     */
    private static List<X509CRL> inForce(
            List<X509CRL> revocations, Map<Scope, X509CRL> latest, List<X509Certificate> certificates) {
        return revocations.stream()
                .filter(list -> {
                    X509CRL last = latest.getOrDefault(Scope.of(list, certificates), list);
                    return list.equals(last) || begin(list).isAfter(begin(last));
                })
                .toList();
    }

    private static Instant begin(X509CRL list) {
        return list.getThisUpdate().toInstant();
    }

    /** Returns the number of a list, of which a later one has a larger (RFC 5280, 5.2.3). */
    private static BigInteger number(X509CRL list) {
        byte[] value = list.getExtensionValue(NUMBER);
        return value == null || value.length < NUMBER_BEGINS
                ? BigInteger.ZERO
                : new BigInteger(1, Arrays.copyOfRange(value, NUMBER_BEGINS, value.length));
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
