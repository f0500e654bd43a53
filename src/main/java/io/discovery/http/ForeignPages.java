package io.discovery.http;

import io.discovery.auth.AuthException.ForeignPage;
import io.discovery.connections.Connection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The defence of the registry against pages of other sites. Each page that an operator opens can have the browser send a
 * form, or a text, to a member: from the operator's address, with the operator's certificate and stored password. Browsers
 * say which page it is, and no page can make them say another: by {@code Sec-Fetch-Site} (Fetch Metadata) where the
 * browser trusts the way, otherwise by {@code Origin} (RFC 6454). Other clients send neither, and are none of this.
 *
 * <p>A name that a stranger has pointed at a member is the member's own origin for the browser: only TLS, or a proof that
 * browsers do not keep by address, tells them apart.
 */
final class ForeignPages {

    private static final String SITE = "Sec-Fetch-Site";
    /** A page of the member itself, and what a person has typed. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private ForeignPages() {}

    /**
     * Checks a request that would change something.
     *
     * @throws ForeignPage if a page of another site has had it sent
     */
    static void refuse(HttpServerRequest request) {
        List<String> sites = request.headers().getAll(SITE);
        if (!sites.isEmpty()) {
            // The browser has compared what a proxy may have changed on the way.
            sites.stream().filter(site -> !OWN.contains(site)).findFirst().ifPresent(site -> {
                throw new ForeignPage(SITE, site, "same-origin, none or no such header");
            });
            return;
        }
        for (String origin : request.headers().getAll(HttpHeaders.ORIGIN)) {
            if (!isOwn(origin, request)) {
                throw new ForeignPage(
                        "Origin",
                        origin,
                        "no such header, or the member's own as called: " + Authority.called(request));
            }
        }
    }

    /**
     * Returns whether an origin names the host that the request names. A proxy may have ended TLS, so the scheme of the
     * origin counts only where TLS ends here. X-Forwarded-Host does not count: a client may write into it what it likes.
     */
    private static boolean isOwn(String origin, HttpServerRequest request) {
        if (origin.startsWith(HTTPS)) {
            return isCalled(origin.substring(HTTPS.length()), HTTPS_PORT, request);
        }
        return origin.startsWith(HTTP)
                && !Connection.of(request.connection()).isEncrypted()
                && isCalled(origin.substring(HTTP.length()), HTTP_PORT, request);
    }

    private static boolean isCalled(String host, int portOfScheme, HttpServerRequest request) {
        Optional<Authority> page = Authority.parse(host, portOfScheme);
        return page.isPresent() && page.equals(Authority.parse(Authority.called(request), portOfScheme));
    }
}
