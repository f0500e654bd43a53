package io.discovery.dns;

import java.util.Locale;
import org.xbill.DNS.Rcode;

/** The outcome of a query, for the response code and the metric. */
enum QueryOutcome {
    NOERROR(Rcode.NOERROR),
    /** The message is malformed or does not have exactly one question. */
    FORMERR(Rcode.FORMERR),
    /** The member is not open for reads yet. */
    SERVFAIL(Rcode.SERVFAIL),
    NXDOMAIN(Rcode.NXDOMAIN),
    /** The message is not a query but, say, an update. */
    NOTIMP(Rcode.NOTIMP),
    /** The query asks for another domain or class, or for a transfer. */
    REFUSED(Rcode.REFUSED),
    /** The client's network may not ask: no response over UDP. */
    NOT_ALLOWED(Rcode.REFUSED),
    /** The query has a later EDNS version than this server. */
    BADVERS(Rcode.BADVERS),
    /** The message gets no response: the server cannot send one, or must not. */
    DROPPED(Rcode.NOERROR);

    private final int code;

    QueryOutcome(int code) {
        this.code = code;
    }

    /** Returns the 12-bit response code: four bits in the header, the others in EDNS (RFC 6891, 6.1.3). */
    int code() {
        return code;
    }

    /** Returns whether the response is authoritative. */
    boolean isAuthoritative() {
        return this == NOERROR || this == NXDOMAIN;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
