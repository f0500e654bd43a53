package io.discovery.member;

/**
 * A failure to start that an operator can mend, such as a taken port or a folder in use. The message is for the
 * operator who starts the member; the cause is the exception of the part that failed.
 */
public final class CannotStartException extends RuntimeException {

    CannotStartException(RuntimeException cause) {
        super(cause.getMessage(), cause);
    }
}
