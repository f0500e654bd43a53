package io.discovery.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A check of each certificate of a path, from the one that an authority of the file has issued to the peer's, against the
 * revocation lists of that file. Java's own check asks servers that certificates name, so a stranger's certificate could
 * keep the thread of handshakes waiting. Java makes a clone for each path; not thread-safe.
 */
final class RevocationListChecker extends PKIXCertPathChecker {

    /** Place among the uses of a key (RFC 5280, 4.2.1.3). */
    private static final int SIGNS_LISTS = 6;

    private final List<X509Certificate> authorities;
    private final RevocationLists lists;
    private final InstantSource clock;
    /** The certificate before the next one; null before the first. */
    private @Nullable X509Certificate before;

    RevocationListChecker(List<X509Certificate> authorities, RevocationLists lists, InstantSource clock) {
        this.authorities = List.copyOf(authorities);
        this.lists = lists;
        this.clock = clock;
    }

    @Override
    public void init(boolean forward) throws CertPathValidatorException {
        if (forward) {
            throw new CertPathValidatorException("expected the path from the authority on");
        }
        before = null;
    }

    @Override
    public boolean isForwardCheckingSupported() {
        return false;
    }

    @Override
    public Set<String> getSupportedExtensions() {
        return Set.of();
    }

    @Override
    public void check(Certificate certificate, Collection<String> unresolved) throws CertPathValidatorException {
        X509Certificate shown = (X509Certificate) certificate;
        X509Certificate between = before;
        before = shown;
        if (between == null) {
            lists.check(shown, authorityOf(shown), true, clock.instant());
        } else {
            lists.check(shown, between, signsLists(between), clock.instant());
        }
    }

    private X509Certificate authorityOf(X509Certificate shown) throws CertPathValidatorException {
        for (X509Certificate authority : authorities) {
            if (authority.getSubjectX500Principal().equals(shown.getIssuerX500Principal())
                    && hasIssued(authority, shown)) {
                return authority;
            }
        }
        throw new CertPathValidatorException("no authority of the file has issued "
                + shown.getSubjectX500Principal().getName());
    }

    private static boolean hasIssued(X509Certificate authority, X509Certificate shown) {
        try {
            shown.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException otherKey) {
            return false;
        }
    }

    private static boolean signsLists(X509Certificate between) {
        boolean[] uses = between.getKeyUsage();
        return uses == null || uses[SIGNS_LISTS];
    }
}
