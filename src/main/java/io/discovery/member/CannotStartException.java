package io.discovery.member;

/**
 * A failure to start that an operator can mend, such as a taken port or a folder in use. Operators read the message;
 * {@link #getCause} returns the exception of the part that failed.
 */
public final class CannotStartException extends RuntimeException {

    CannotStartException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
