package io.discovery.connections;

import java.util.Locale;

/** The reason why this side closed a connection, for the metric. */
public enum CloseReason {
    /** Too many connections, of which this was the least useful. */
    LIMIT,
    /** An incomplete handshake of TLS after its time limit, or one too many; or requests for new keys without end. */
    HANDSHAKE,
    /** An incomplete head of a request after its time limit. */
    HEAD,
    /** An incomplete body of a request after its time limit. */
    BODY,
    /** No request for a long time. */
    IDLE,
    /** A response read too slowly, or holding memory that was needed. */
    SLOW;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
