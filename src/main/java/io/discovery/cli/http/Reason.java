package io.discovery.cli.http;

import io.discovery.cli.text.Printable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** The reason of a failed request, in words for the user. */
final class Reason {

    private Reason() {}

    static String of(IOException failure) {
        if (has(failure, UnresolvedAddressException.class)) {
            return "its name is unknown";
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return "no connection in time";
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        if (failure instanceof ConnectException) {
            return "connection refused";
        }
        if (has(failure, CertPathBuilderException.class)) {
            return "its certificate is of an authority that is not known here: name that by --ca";
        }
        if (has(failure, CertificateException.class)) {
            return "its certificate is not good for this: " + innermost(failure);
        }
        if (failure instanceof SSLException) {
            return "no TLS: " + innermost(failure);
        }
        return innermost(failure);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return true;
            }
        }
        return false;
    }

    private static String innermost(Throwable failure) {
        Throwable inner = failure;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        String message = inner.getMessage();
        return Printable.of(message == null ? inner.getClass().getSimpleName() : message);
    }
}
