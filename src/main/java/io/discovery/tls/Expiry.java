package io.discovery.tls;

import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * The end of the time of a certificate, or of a revocation list.
 *
 * @param what the certificate or the list, as the log names it
 * @param end the time from which it does not count
 * @param countedFrom the time from which a metric counts down to the end
 * @param toldFrom the time from which the log reminds of the end
 * @param effect the effect of the end, which lasts until there is a new one
 */
public record Expiry(String what, Instant end, Instant countedFrom, Instant toldFrom, String effect) {

    private static final Duration SOON = Duration.ofDays(30);
    /** The parts of a list's time at whose ends a new one should have come, for the log and for a metric. */
    private static final int LAST_PART = 10;

    private static final int VERY_LAST_PART = 50;

    /** Returns the end of the certificate that this side shows, which the log tells in good time. */
    static Expiry of(Path file, X509Certificate certificate) {
        Instant end = certificate.getNotAfter().toInstant();
        return new Expiry(
                "the certificate " + file,
                end,
                Instant.EPOCH,
                end.minus(SOON),
                "peers refuse new connections of this member");
    }

    /**
     * Returns the end of a list, the time at which there should be the next one. Many authorities make lists for a few
     * days, over and over: an end counts only when the next list is late.
     */
    static Expiry of(Path file, X509CRL list) {
        Instant end = list.getNextUpdate().toInstant();
        Duration all = Duration.between(list.getThisUpdate().toInstant(), end);
        return new Expiry(
                "the revocation list of " + list.getIssuerX500Principal().getName() + " in " + file,
                end,
                end.minus(shorter(all.dividedBy(VERY_LAST_PART))),
                end.minus(shorter(all.dividedBy(LAST_PART))),
                "certificates of that authority are refused");
    }

    private static Duration shorter(Duration part) {
        return part.compareTo(SOON) < 0 ? part : SOON;
    }
}
