package io.discovery.tls;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** No list: no certificate is revoked. */
    static final RevocationLists NONE = new RevocationLists(Path.of(""), Map.of());

    private final Path path;
    /** The lists about the same certificates, together. */
    private final Map<Scope, List<X509CRL>> scopes;

    private RevocationLists(Path path, Map<Scope, List<X509CRL>> scopes) {
        this.path = path;
        this.scopes = scopes;
    }

    /**
     * @throws TlsException if a list is one that Java does not use, none about some certificates is in force, or one names
     *     an authority of the file: Java believes that without a look at its lists
     */
    static RevocationLists of(PemFile file, List<X509Certificate> authorities, Instant now) {
        RevocationLists lists = new RevocationLists(
                file.path(),
                file.revocations().stream()
                        .collect(Collectors.groupingBy(
                                list -> Scope.of(list, authorities), LinkedHashMap::new, Collectors.toList())));
        lists.scopes.values().forEach(scope -> {
            scope.forEach(lists::checkUsable);
            lists.checkTime(scope, now);
        });
        authorities.forEach(authority -> lists.checkHolds(authority, now));
        return lists;
    }

    /**
     * What a list is about; a later list about the same replaces it (RFC 5280, 5.1.2.4 and 5.2).
     *
     * @param signer the key of the authority of the file that signed the list; null if the signer stands between those of
     *     the file and a certificate. An authority keeps its name when it gets another key
     * @param keyId of the signer, if it is not known otherwise
     * @param part of the authority's certificates, if not all
     */
    private record Scope(X500Principal authority, @Nullable PublicKey signer, String keyId, String part) {

        private static final String WHOLE = "";

        static Scope of(X509CRL list, List<X509Certificate> authorities) {
            PublicKey signer = authorities.stream()
                    .filter(authority -> isBy(authority, list))
                    .map(X509Certificate::getPublicKey)
                    .findFirst()
                    .orElse(null);
            byte[] part = list.getExtensionValue(DISTRIBUTION_POINT);
            return new Scope(
                    list.getIssuerX500Principal(),
                    signer,
                    signer == null ? Arrays.toString(list.getExtensionValue(AUTHORITY_KEY)) : "",
                    part == null ? WHOLE : Arrays.toString(part));
        }

        boolean isWhole() {
            return part.equals(WHOLE);
        }
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
        if (list.hasUnsupportedCriticalExtension()) {
            throw new TlsException(named(list) + " with a critical extension that Java does not know");
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

    private void checkHolds(X509Certificate authority, Instant now) {
        if (!isRoot(authority) && isNamed(authority, by(List.of()), now)) {
            throw new TlsException(path + " holds the certificate of "
                    + authority.getSubjectX500Principal().getName()
                    + " and a revocation list that names it, expected the file without that certificate");
        }
    }

    private static boolean isRoot(X509Certificate authority) {
        return authority.getSubjectX500Principal().equals(authority.getIssuerX500Principal());
    }

    /** Returns whether the file has no list: then no certificate is revoked. */
    boolean isEmpty() {
        return scopes.isEmpty();
    }

    /** Returns, for each part of the certificates, the time from which no list will be in force, as the lists are now. */
    List<Expiry> expiries(Instant now) {
        return scopes.values().stream()
                .map(lists -> Expiry.of(path, lastWithoutGap(lists, now)))
                .toList();
    }

    /**
     * Checks that a certificate is not revoked. Java by itself looks at one alone of the lists that cover a certificate,
     * whichever its hash puts first.
     *
     * @param issuer of the certificate, whose signature has been verified
     * @param signsLists whether the issuer may sign lists
     * @throws CertPathValidatorException if a list in force names the certificate, or none covers it
     */
    void check(X509Certificate certificate, X509Certificate issuer, boolean signsLists, Instant now)
            throws CertPathValidatorException {
        Map<Scope, List<X509CRL>> lists = by(List.of(issuer, certificate));
        if (isNamed(certificate, lists, now)) {
            throw refused(certificate, "is revoked", BasicReason.REVOKED);
        }
        // An authority of the file, of which Java checks nothing, may be named by a list that has begun since it was
        // read.
        if (!isRoot(issuer) && isNamed(issuer, lists, now)) {
            throw refused(issuer, "is revoked", BasicReason.REVOKED);
        }
        Map<Scope, X509CRL> inForce = inForce(certificate, lists, now);
        if (!isCovered(certificate, issuer, about(lists.keySet(), issuer, signsLists, inForce), now)) {
            throw refused(
                    certificate,
                    "is covered by no revocation list in force",
                    BasicReason.UNDETERMINED_REVOCATION_STATUS);
        }
    }

    /**
     * Returns why a peer is refused now whose certificate {@link #check} has accepted before; null if it is not.
     *
     * @param chain the certificates that the peer showed, its own first
     */
    @Nullable
    String whyRefused(List<X509Certificate> chain, Instant now) {
        X509Certificate accepted = chain.get(0);
        Map<Scope, List<X509CRL>> lists = by(chain);
        if (isNamed(accepted, lists, now) || isIssuerNamed(chain, lists, now)) {
            return "its certificate is revoked, or that of its authority";
        }
        return isEmpty() || !inForce(accepted, lists, now).isEmpty()
                ? null
                : "its certificate is covered by no revocation list in force";
    }

    /**
     * Returns whether lists name all certificates that the peer showed of an authority above its own. One of several may
     * have been accepted.
     */
    private static boolean isIssuerNamed(List<X509Certificate> chain, Map<Scope, List<X509CRL>> lists, Instant now) {
        X509Certificate below = chain.get(0);
        for (int n = 1; n < chain.size(); n++) {
            X500Principal issuer = below.getIssuerX500Principal();
            List<X509Certificate> shown = chain.stream()
                    .filter(each -> each.getSubjectX500Principal().equals(issuer) && !isRoot(each))
                    .toList();
            Optional<X509Certificate> unnamed =
                    shown.stream().filter(each -> !isNamed(each, lists, now)).findFirst();
            if (unnamed.isEmpty()) {
                return !shown.isEmpty();
            }
            below = unnamed.get();
        }
        return false;
    }

    /**
     * Returns the lists that the authorities of the file have signed, or these signers. Others count for nothing: operators
     * fetch lists from anywhere.
     */
    private Map<Scope, List<X509CRL>> by(List<X509Certificate> signers) {
        Map<Scope, List<X509CRL>> signed = new LinkedHashMap<>();
        scopes.forEach((scope, lists) -> {
            if (scope.signer() != null) {
                signed.put(scope, lists);
                return;
            }
            for (X509CRL list : lists) {
                signers.stream()
                        .filter(signer -> isBy(signer, list))
                        .findFirst()
                        .map(signer -> new Scope(scope.authority(), signer.getPublicKey(), "", scope.part()))
                        .ifPresent(of -> signed.computeIfAbsent(of, first -> new ArrayList<>())
                                .add(list));
            }
        });
        return signed;
    }

    /** Returns the lists in force of a certificate's authority. */
    private static Map<Scope, X509CRL> inForce(
            X509Certificate certificate, Map<Scope, List<X509CRL>> signed, Instant now) {
        Map<Scope, X509CRL> inForce = new LinkedHashMap<>();
        signed.forEach((scope, lists) -> {
            X509CRL latest = latest(lists, now);
            boolean isCurrent = hasBegun(latest, now) && !end(latest).isBefore(now);
            if (isCurrent && scope.authority().equals(certificate.getIssuerX500Principal())) {
                inForce.put(scope, latest);
            }
        });
        return inForce;
    }

    /**
     * Returns whether a list in force names a certificate. Of two that began at one time, without different numbers, either
     * counts.
     */
    private static boolean isNamed(X509Certificate certificate, Map<Scope, List<X509CRL>> signed, Instant now) {
        return signed.values().stream().anyMatch(lists -> {
            X509CRL latest = latest(lists, now);
            return hasBegun(latest, now)
                    && lists.stream()
                            .filter(list -> LATER.compare(list, latest) == 0)
                            .anyMatch(list -> list.getRevokedCertificate(certificate) != null);
        });
    }

    /**
     * Returns the lists in force by the issuer's key. If the file has none by it, these are the lists by another key of the
     * authority, which signs one list for all when it has got a new key: that of an authority of the file, or of the
     * certificate itself.
     */
    private static Map<Scope, X509CRL> about(
            Set<Scope> all, X509Certificate issuer, boolean signsLists, Map<Scope, X509CRL> inForce) {
        PublicKey key = issuer.getPublicKey();
        boolean isByIssuer = signsLists && all.stream().anyMatch(scope -> key.equals(scope.signer()));
        Map<Scope, X509CRL> about = new LinkedHashMap<>(inForce);
        about.keySet().removeIf(scope -> key.equals(scope.signer()) != isByIssuer);
        return about;
    }

    private static boolean isCovered(
            X509Certificate certificate, X509Certificate issuer, Map<Scope, X509CRL> lists, Instant now) {
        return lists.keySet().stream().anyMatch(Scope::isWhole)
                || !lists.isEmpty() && isInPart(certificate, issuer, lists.values(), now);
    }

    /** Returns whether lists of parts cover a certificate, as Java judges it. */
    private static boolean isInPart(
            X509Certificate certificate, X509Certificate issuer, Collection<X509CRL> lists, Instant now) {
        try {
            // Without the issuer's certificate: Java would compare that with what the certificate tells of it.
            PKIXParameters parameters = new PKIXParameters(
                    Set.of(new TrustAnchor(certificate.getIssuerX500Principal(), issuer.getPublicKey(), null)));
            parameters.setDate(Date.from(now));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
            return true;
        } catch (CertPathValidatorException uncovered) {
            return false;
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException("this Java cannot look at revocation lists", unsupported);
        }
    }

    private static CertPathValidatorException refused(X509Certificate certificate, String why, BasicReason reason) {
        return new CertPathValidatorException(
                "the certificate of " + certificate.getSubjectX500Principal().getName() + " " + why,
                null,
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
