package io.discovery.tls;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** The fault of files for TLS. The message names the file, what it holds, and what was expected. */
public final class TlsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TlsException(String message) {
        super(message);
    }

    TlsException(String message, Throwable cause) {
        super(message + ": " + reason(cause), cause);
    }

    static TlsException noKey(Path file, Throwable cause) {
        return new TlsException(
                file + " holds no private key that can be read, expected a block of -----BEGIN PRIVATE KEY-----"
                        + " (PKCS#8, not encrypted)",
                cause);
    }

    /** Returns the message of the failure at the bottom of a failed handshake, which says what was wrong. */
    public static String reason(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        if (deepest instanceof FileSystemException file) {
            return file.getReason() == null ? deepest.getClass().getSimpleName() : file.getReason();
        }
        return message == null ? deepest.getClass().getSimpleName() : message;
    }
}
