package io.discovery.auth.jwt;

/**
 * The refusal of a token. The message is for the log: it names what the token has and what was expected, and has nothing
 * of the signature. It may quote what a client made up. The exception has no stack trace, because clients cause it at
 * will.
 */
public final class TokenRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_QUOTE = 80;

    private final Reason reason;

    /** Reasons of refusals, in the order in which they are looked for. */
    public enum Reason {
        /** No form of a signed token, or one that is too large. */
        MALFORMED,
        /** An algorithm that is not one of those with public keys. */
        ALGORITHM,
        /** No keys have been read yet: the same token may be accepted soon. */
        NO_KEYS,
        /** No key of the issuer's that the token names and that allows the algorithm: the keys are read again soon. */
        UNKNOWN_KEY,
        BAD_SIGNATURE,
        OTHER_ISSUER,
        OTHER_AUDIENCE,
        EXPIRED,
        NOT_YET_VALID
    }

    TokenRefusedException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    static TokenRefusedException malformed(String message) {
        return new TokenRefusedException(Reason.MALFORMED, message);
    }

    public Reason reason() {
        return reason;
    }

    /** Returns a text of a client's in quotes, cut to what a line of the log has room for. */
    static String quoted(String text) {
        return "'" + cut(text) + "'";
    }

    static String cut(String text) {
        return text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…";
    }
}
