package io.discovery.auth.jwt;

import io.discovery.tls.TlsException;

/** The fault of a place of keys. The message says what was found and what was expected. */
final class KeysUnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    KeysUnusableException(String message) {
        super(message);
    }

    KeysUnusableException(String message, Throwable cause) {
        super(message + ": " + TlsException.reason(cause), cause);
    }
}
