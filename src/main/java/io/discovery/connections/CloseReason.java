package io.discovery.connections;

import java.util.Locale;

/** Why a connection was ended by this side, as the meter tells it. */
public enum CloseReason {
    /** There were too many, and this one was of least use. */
    LIMIT,
    /** The head of a request was not complete in time. */
    HEAD,
    /** The body of a request was not complete in time. */
    BODY,
    /** Nothing was asked for long. */
    IDLE,
    /** An answer was read too slowly, or held memory that was needed. */
    SLOW;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
