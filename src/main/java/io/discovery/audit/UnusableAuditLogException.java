package io.discovery.audit;

/** The fault of an audit log that an operator has to mend before a member starts. Operators read the message. */
public final class UnusableAuditLogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnusableAuditLogException(String message) {
        super(message);
    }

    UnusableAuditLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
