package io.discovery.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and its port, as a URL names them (RFC 3986, 3.2). Read here, not by Vert.x, whose parser fails on a percent sign.
 *
 * @param host in lower case; an address of IPv6 in brackets
 * @param port the one that stands there, or that of the scheme
 */
record Authority(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(\\[[0-9a-f:.]+]|[^\\s:/?#@\\[\\]]+)(?::([0-9]{1,5}))?");

    /**
     * Parses a host with or without a port.
     *
     * @param portOfScheme the port if none stands there
     */
    static Optional<Authority> parse(String text, int portOfScheme) {
        Matcher parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        String port = parts.group(2);
        return Optional.of(new Authority(parts.group(1), port == null ? portOfScheme : Integer.parseInt(port)));
    }

    /**
     * Returns the text by which a client has called this member: {@code Host}, or what HTTP/2 has in its place; empty if
     * there is none.
     */
    static String called(HttpServerRequest request) {
        Object called =
                request.version() == HttpVersion.HTTP_2 ? request.authority() : request.getHeader(HttpHeaders.HOST);
        return called == null ? "" : called.toString();
    }
}
