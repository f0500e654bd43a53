package io.discovery.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** A proof that a client sends with a request, by the header Authorization or the metadata of gRPC (RFC 9110, 11). */
public sealed interface Credentials {

    /** No proof. */
    record None() implements Credentials {}

    /** A token, or a JWT (RFC 6750, 2.1). */
    record Bearer(String token) implements Credentials {

        @Override
        public String toString() {
            return "a bearer token";
        }
    }

    /** A user and a password (RFC 7617). */
    record Basic(String user, String password) implements Credentials {

        @Override
        public String toString() {
            return "a password of " + user;
        }
    }

    /** Something else. */
    record Malformed(String expected) implements Credentials {}

    /** @param headers all values of the header */
    static Credentials of(List<String> headers) {
        if (headers.isEmpty()) {
            return new None();
        }
        if (headers.size() > 1) {
            return new Malformed("one header Authorization, not " + headers.size());
        }
        String header = headers.get(0).strip();
        int space = header.indexOf(' ');
        String value = space < 0 ? "" : header.substring(space + 1).strip();
        return switch (header.substring(0, Math.max(0, space)).toLowerCase(Locale.ROOT)) {
            case "bearer" -> new Bearer(value);
            case "basic" -> basic(value);
            default -> new Malformed("Authorization: Bearer TOKEN, or Basic with a user and a password");
        };
    }

    private static Credentials basic(String value) {
        try {
            String decoded = new String(Base64.getDecoder().decode(value), UTF_8);
            int colon = decoded.indexOf(':');
            if (colon >= 0) {
                return new Basic(decoded.substring(0, colon), decoded.substring(colon + 1));
            }
        } catch (IllegalArgumentException noBase64) {
            // Said below, like an absent colon.
        }
        return new Malformed("Authorization: Basic with USER:PASSWORD in Base64");
    }
}
