package io.discovery.cli.http;

import io.discovery.cli.text.Failure;
import io.discovery.cli.text.Printable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;

/** The address of a member, or of a load balancer before members. */
public record Endpoint(URI base) {

    private static final int DEFAULT_PORT = 8080;
    private static final String EXPECTED =
            "expected http://HOST:PORT or https://HOST:PORT, several with commas between";

    /**
     * Parses addresses with commas or spaces between them.
     *
     * @throws Failure if one has another form, or there is none
     */
    public static List<Endpoint> list(String texts) {
        // Looked for in all of the text, since a password may have commas: no part of it goes into a message.
        if (texts.indexOf('@') >= 0) {
            throw Failure.usage(
                    "an endpoint has no user or password, since other programs could read them: use" + " --token-file");
        }
        List<Endpoint> endpoints = Arrays.stream(texts.split("[,\\s]+"))
                .filter(text -> !text.isEmpty())
                .map(Endpoint::parse)
                .distinct()
                .toList();
        if (endpoints.isEmpty()) {
            throw Failure.usage("no endpoint is given: " + EXPECTED);
        }
        return endpoints;
    }

    private static Endpoint parse(String text) {
        try {
            URI uri = new URI(text.contains("://") ? text : "http://" + text);
            boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!known || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw invalid(text);
            }
            int port = uri.getPort() < 0 && !text.contains("://") ? DEFAULT_PORT : uri.getPort();
            String path = uri.getRawPath().replaceAll("/+$", "");
            String authority = uri.getHost() + (port < 0 ? "" : ":" + port);
            return new Endpoint(new URI(uri.getScheme() + "://" + authority + path));
        } catch (URISyntaxException malformed) {
            throw invalid(text);
        }
    }

    private static Failure invalid(String text) {
        return Failure.usage("endpoint: given '" + Printable.of(text) + "', " + EXPECTED);
    }

    /** Returns the address of a path of the API, which is encoded already. */
    URI resolve(String path) {
        return URI.create(base + path);
    }

    /** Returns why a request may be unknown there, in words. */
    String whyUnknown() {
        String path = base.getRawPath();
        return path.isEmpty()
                ? "the member is of another version, or the endpoint is no member"
                : "the member is of another version, or the path " + Printable.of(path)
                        + " of the endpoint leads to none";
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
