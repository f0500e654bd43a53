package io.discovery.auth;

import org.jspecify.annotations.Nullable;

/** Refusal of a client, for a reason that tells nothing of what the registry holds. */
public abstract sealed class AuthException extends RuntimeException {

    private final @Nullable Client client;

    private AuthException(@Nullable Client client, String message) {
        super(message, null, false, false);
        this.client = client;
    }

    /** Returns the client; null if it has not shown who it is. */
    public @Nullable Client client() {
        return client;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** Refusal of a client that has not shown who it is, or whose proof is not good. */
    public static final class NotIdentified extends AuthException {
        NotIdentified(String message) {
            super(null, message);
        }
    }

    /** Refusal of a client that has shown who it is, and may not do this. */
    public static final class NotAllowed extends AuthException {
        NotAllowed(Client client, String message) {
            super(client, message);
        }
    }

    /** Refusal of a change that a page of another site has had a browser send. */
    public static final class ForeignPage extends AuthException {
        private static final int LONGEST = 200;

        /**
         * @param header by which the browser says where the page is from
         * @param expected the values for which the change would be taken
         */
        public ForeignPage(String header, String given, String expected) {
            super(
                    null,
                    header + ": given '" + (given.length() <= LONGEST ? given : given.substring(0, LONGEST) + "...")
                            + "', expected " + expected + "; pages of other sites may not change anything here");
        }
    }

    /** Refusal of proofs from an address, or for a user, that have failed too often. */
    public static final class TooManyFailures extends AuthException {
        private final long retrySeconds;

        TooManyFailures(String message, long retrySeconds) {
            super(null, message);
            this.retrySeconds = retrySeconds;
        }

        /** Returns the time in seconds after which the client may try again. */
        public long retrySeconds() {
            return retrySeconds;
        }
    }

    /** Refusal of a request of a client that has sent as many as it may. */
    public static final class TooManyRequests extends AuthException {
        private final long retrySeconds;

        TooManyRequests(Client client, String message, long retrySeconds) {
            super(client, message);
            this.retrySeconds = retrySeconds;
        }

        /** Returns the time in seconds after which the client may send another. */
        public long retrySeconds() {
            return retrySeconds;
        }
    }

    /** Refusal of a proof that takes long to check, while too many others wait. */
    public static final class TooManyChecks extends AuthException {
        TooManyChecks() {
            super(
                    null,
                    "given a password or JWT that has to be checked, expected fewer at a time: as many wait as may");
        }
    }
}
