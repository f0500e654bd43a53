package io.discovery.tls;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/**
 * The revocation lists of a file of authorities. Of those about the same certificates the latest replaces the earlier ones;
 * lists that have yet to begin count from then on, beside it.
 *
 * @param inForce those that count, now or later
 * @param expiries the times from which there is no list about the same certificates any more
 */
record RevocationLists(List<X509CRL> inForce, List<Expiry> expiries) {

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

    RevocationLists {
        inForce = List.copyOf(inForce);
        expiries = List.copyOf(expiries);
    }

    /** @throws TlsException if a list has ended, or is one that Java does not use */
    static RevocationLists of(PemFile file, List<X509Certificate> authorities) {
        List<X509CRL> all = file.revocations();
        all.forEach(list -> checkUsable(file, list));
        Map<Scope, List<X509CRL>> scopes = all.stream()
                .collect(Collectors.groupingBy(
                        list -> Scope.of(list, authorities), LinkedHashMap::new, Collectors.toList()));
        List<X509CRL> inForce = new ArrayList<>();
        List<Expiry> expiries = new ArrayList<>();
        for (List<X509CRL> lists : scopes.values()) {
            List<X509CRL> counting = counting(lists);
            checkTime(file, counting.get(0));
            inForce.addAll(counting);
            expiries.add(Expiry.of(file.path(), lastWithoutGap(counting)));
        }
        return new RevocationLists(inForce, expiries);
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

    private static void checkUsable(PemFile file, X509CRL list) {
        if (list.getNextUpdate() == null) {
            throw new TlsException(named(file, list) + " without the time of the next one (nextUpdate), by which Java"
                    + " refuses all certificates of that authority");
        }
        if (list.getExtensionValue(DELTA) != null) {
            throw new TlsException(named(file, list)
                    + " that tells only the changes since another one (a delta list), which Java does not use,"
                    + " expected whole lists");
        }
    }

    /** A list that has ended would let every peer be refused, without a word here. */
    private static void checkTime(PemFile file, X509CRL list) {
        if (end(list).isBefore(Instant.now())) {
            throw new TlsException(named(file, list) + " that ended at " + end(list) + ", expected a current one");
        }
    }

    /**
     * Returns the latest list of one scope, and behind it those that have yet to begin, in their order. Java would believe
     * the others until they end, and so let a certificate in again that a later list revokes when that one ends first.
     */
    private static List<X509CRL> counting(List<X509CRL> lists) {
        Instant now = Instant.now().plus(CLOCKS);
        Predicate<X509CRL> hasBegun = list -> !begin(list).isAfter(now);
        List<X509CRL> counting = new ArrayList<>();
        lists.stream().filter(hasBegun).max(LATER).ifPresent(counting::add);
        lists.stream().filter(hasBegun.negate()).sorted(LATER).forEach(counting::add);
        return counting;
    }

    /** Returns the list that ends last of those that begin before the ones before them have ended. */
    private static X509CRL lastWithoutGap(List<X509CRL> lists) {
        X509CRL last = lists.get(0);
        for (X509CRL next : lists) {
            if (!begin(next).isAfter(end(last)) && end(next).isAfter(end(last))) {
                last = next;
            }
        }
        return last;
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

    private static String named(PemFile file, X509CRL list) {
        return file.path() + " holds a revocation list of "
                + list.getIssuerX500Principal().getName();
    }
}
