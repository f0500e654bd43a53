package io.discovery.tls;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * The revocation lists of a file of authorities. Of those about the same certificates the latest that has begun is in force,
 * and replaces the earlier ones also when it ends before them. Immutable; safe for all threads.
 */
final class RevocationLists {

    /** The difference of clocks that Java allows for the begin of a list. */
    private static final Duration CLOCKS = Duration.ofMinutes(15);

    private static final Comparator<X509CRL> LATER =
            Comparator.comparing(RevocationLists::begin).thenComparing(RevocationLists::number);

    private static final String AUTHORITY_KEY = "2.5.29.35";
    private static final String DISTRIBUTION_POINT = "2.5.29.28";
    private static final String DELTA = "2.5.29.27";
    private static final String NUMBER = "2.5.29.20";
    /** Bytes before those of a number: the tags and lengths of the text that holds it and of the number itself. */
    private static final int NUMBER_BEGINS = 4;

    private final Path path;
    private final List<X509Certificate> authorities;
    private final List<X509CRL> all;
    /** The lists about the same certificates, together. */
    private final Collection<List<X509CRL>> scopes;

    private RevocationLists(Path path, List<X509Certificate> authorities, List<X509CRL> all) {
        this.path = path;
        this.authorities = List.copyOf(authorities);
        this.all = List.copyOf(all);
        this.scopes = all.stream()
                .collect(Collectors.groupingBy(
                        list -> Scope.of(list, authorities), LinkedHashMap::new, Collectors.toList()))
                .values();
    }

    /** @throws TlsException if a list is one that Java does not use, or none about some certificates is in force */
    static RevocationLists of(PemFile file, List<X509Certificate> authorities, Instant now) {
        RevocationLists lists = new RevocationLists(file.path(), authorities, file.revocations());
        lists.all.forEach(lists::checkUsable);
        lists.scopes.forEach(scope -> lists.checkTime(scope, now));
        return lists;
    }

    /**
     * What a list is about; a later list about the same replaces it (RFC 5280, 5.1.2.4 and 5.2).
     *
     * @param key of the authority, which keeps its name when it gets another one
     * @param part of its certificates, if not all
     */
    private record Scope(X500Principal authority, String key, String part) {

        static Scope of(X509CRL list, List<X509Certificate> authorities) {
            String key = authorities.stream()
                    .filter(signer -> isBy(signer, list))
                    .map(signer -> signer.getPublicKey().getEncoded())
                    .findFirst()
                    // The authority stands between those of the file and a certificate.
                    .or(() -> Optional.ofNullable(list.getExtensionValue(AUTHORITY_KEY)))
                    .map(Arrays::toString)
                    .orElse("");
            return new Scope(list.getIssuerX500Principal(), key, partOf(list));
        }
    }

    private static String partOf(X509CRL list) {
        return Arrays.toString(list.getExtensionValue(DISTRIBUTION_POINT));
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

    private void checkUsable(X509CRL list) {
        if (list.getNextUpdate() == null) {
            throw new TlsException(named(list) + " without the time of the next one (nextUpdate), by which Java"
                    + " refuses all certificates of that authority");
        }
        if (list.getExtensionValue(DELTA) != null) {
            throw new TlsException(named(list)
                    + " that tells only the changes since another one (a delta list), which Java does not use,"
                    + " expected whole lists");
        }
    }

    /** Without a list in force, every peer would be refused, without a word here. */
    private void checkTime(List<X509CRL> lists, Instant now) {
        X509CRL first = latest(lists, now);
        if (!hasBegun(first, now)) {
            throw new TlsException(named(first) + " that begins at " + begin(first) + ", expected a current one");
        }
        if (end(first).isBefore(now)) {
            throw new TlsException(named(first) + " that ended at " + end(first) + ", expected a current one");
        }
    }

    /** Returns whether the file has no list: then no certificate is revoked. */
    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Returns, for each part of the certificates, the time from which no list will be in force, as the lists are now. */
    List<Expiry> expiries(Instant now) {
        return scopes.stream()
                .map(lists -> Expiry.of(path, lastWithoutGap(lists, now)))
                .toList();
    }

    /**
     * Checks that a certificate is not revoked. Java looks at one list alone of those that cover a certificate, and at none
     * with another key than the issuer's: so it is given the lists in force of that key, and each of them is looked at.
     *
     * @throws CertPathValidatorException if a list in force names the certificate, or none covers it
     */
    void check(X509Certificate certificate, X509Certificate issuer, Instant now) throws CertPathValidatorException {
        List<X509CRL> inForce =
                about(certificate, issuer).stream()
                        .collect(Collectors.groupingBy(RevocationLists::partOf))
                        .values()
                        .stream()
                        .map(lists -> latest(lists, now))
                        .toList();
        if (inForce.stream().anyMatch(list -> list.getRevokedCertificate(certificate) != null)) {
            throw refused(certificate, "is revoked", null, BasicReason.REVOKED);
        }
        try {
            Set<TrustAnchor> anchors = Stream.concat(Stream.of(issuer), authorities.stream())
                    .filter(each -> each.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()))
                    .map(each -> new TrustAnchor(each, null))
                    .collect(Collectors.toSet());
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setDate(Date.from(now));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(inForce)));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
        } catch (GeneralSecurityException undetermined) {
            throw refused(
                    certificate,
                    "is covered by no revocation list in force",
                    undetermined,
                    BasicReason.UNDETERMINED_REVOCATION_STATUS);
        }
    }

    /**
     * Returns the lists by the issuer's key; if there is none, those by another key of the authority, which signs one list
     * for all when it has got a new key.
     */
    private List<X509CRL> about(X509Certificate certificate, X509Certificate issuer) {
        List<X509CRL> byIssuer = all.stream().filter(list -> isBy(issuer, list)).toList();
        return byIssuer.isEmpty()
                ? all.stream()
                        .filter(list -> list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal()))
                        .filter(list -> authorities.stream().anyMatch(signer -> isBy(signer, list)))
                        .toList()
                : byIssuer;
    }

    private static CertPathValidatorException refused(
            X509Certificate certificate, String why, @Nullable Throwable cause, BasicReason reason) {
        return new CertPathValidatorException(
                "the certificate of " + certificate.getSubjectX500Principal().getName() + " " + why,
                cause,
                null,
                -1,
                reason);
    }

    /** Returns the latest of some lists that has begun, or the first that will. */
    private static X509CRL latest(List<X509CRL> lists, Instant now) {
        return lists.stream()
                .filter(list -> hasBegun(list, now))
                .max(LATER)
                .orElseGet(() -> lists.stream().min(LATER).orElseThrow());
    }

    /** Returns the list after whose end none is in force: each replaces the one before it, unless it begins too late. */
    private static X509CRL lastWithoutGap(List<X509CRL> lists, Instant now) {
        X509CRL last = latest(lists, now);
        for (X509CRL next : lists.stream().sorted(LATER).toList()) {
            if (LATER.compare(next, last) > 0 && hasBegun(next, end(last))) {
                last = next;
            }
        }
        return last;
    }

    private static boolean hasBegun(X509CRL list, Instant now) {
        return !begin(list).isAfter(now.plus(CLOCKS));
    }

    private static Instant begin(X509CRL list) {
        return list.getThisUpdate().toInstant();
    }

    private static Instant end(X509CRL list) {
        return list.getNextUpdate().toInstant();
    }

    /** Returns the number of a list, of which a later one has a larger (RFC 5280, 5.2.3). */
    private static BigInteger number(X509CRL list) {
        byte[] value = list.getExtensionValue(NUMBER);
        return value == null || value.length < NUMBER_BEGINS
                ? BigInteger.ZERO
                : new BigInteger(1, Arrays.copyOfRange(value, NUMBER_BEGINS, value.length));
    }

    private String named(X509CRL list) {
        return path + " holds a revocation list of "
                + list.getIssuerX500Principal().getName();
    }
}
