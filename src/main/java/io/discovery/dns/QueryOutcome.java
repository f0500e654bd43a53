package io.discovery.dns;

import java.util.Locale;
import org.xbill.DNS.Rcode;

/** How a query ended, as answers and the meter tell it. */
enum QueryOutcome {
    NOERROR(Rcode.NOERROR),
    /** It is no message of DNS, or asks no question or several. */
    FORMERR(Rcode.FORMERR),
    /** This member cannot know yet. */
    SERVFAIL(Rcode.SERVFAIL),
    NXDOMAIN(Rcode.NXDOMAIN),
    /** It is no query, but an update, say. */
    NOTIMP(Rcode.NOTIMP),
    /** It is about other domains or classes, or wants all there is. */
    REFUSED(Rcode.REFUSED),
    /** It speaks a later EDNS than there is. */
    BADVERS(Rcode.BADVERS),
    /** Nobody can be answered, or must not be. */
    DROPPED(Rcode.NOERROR);

    private final int code;

    QueryOutcome(int code) {
        this.code = code;
    }

    /** 12 bits: four in the header, the others in EDNS (RFC 6891, 6.1.3). */
    int code() {
        return code;
    }

    /** Whether it speaks with the authority of the domain's server. */
    boolean isAuthoritative() {
        return this == NOERROR || this == NXDOMAIN;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
