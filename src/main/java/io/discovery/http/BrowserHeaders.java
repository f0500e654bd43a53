package io.discovery.http;

import io.discovery.connections.Connection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * Headers that responses carry for browsers alone: other clients get the bytes that they always got. There are none that
 * open a response to pages of other sites (CORS).
 */
final class BrowserHeaders {

    /** Browsers send it over HTTPS and to their own machine (Fetch Metadata). */
    private static final String DESTINATION = "Sec-Fetch-Dest";
    /** Browsers send it where a page is to be shown, over plain HTTP too (Upgrade Insecure Requests). */
    private static final String UPGRADE = "Upgrade-Insecure-Requests";

    private static final int HTTPS_PORT = 443;
    private static final CharSequence NO_SNIFFING = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence ALWAYS_HTTPS = HttpHeaders.createOptimized("Strict-Transport-Security");
    private static final CharSequence FOR_30_DAYS = HttpHeaders.createOptimized("max-age=2592000");

    private BrowserHeaders() {}

    /** Adds the headers to the head of a response, if its request comes from a browser. */
    static void add(HttpServerRequest request) {
        if (!request.headers().contains(DESTINATION) && !request.headers().contains(UPGRADE)) {
            return;
        }
        request.response().headers().set(NO_SNIFFING, NOSNIFF);
        if (Connection.of(request.connection()).isEncrypted() && isCalledAtHttpsPort(request)) {
            request.response().headers().set(ALWAYS_HTTPS, FOR_30_DAYS);
        }
    }

    /**
     * Returns whether the browser has called the member without a port. The header counts for all ports of a name: a name
     * with a port is likely to have plain HTTP of other programs, or of PLAIN_PORT, at others.
     */
    private static boolean isCalledAtHttpsPort(HttpServerRequest request) {
        return Authority.parse(Authority.called(request), HTTPS_PORT)
                .map(called -> called.port() == HTTPS_PORT)
                .orElse(false);
    }
}
