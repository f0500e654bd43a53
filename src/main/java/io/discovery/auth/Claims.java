package io.discovery.auth;

import io.discovery.auth.jwt.VerifiedToken;
import java.util.List;
import java.util.Map;

/**
 * Claims that a JWT has to carry, all of them.
 *
 * @param wanted values by the claim's name, or by a JSON pointer to a claim within another
 */
record Claims(Map<String, String> wanted) {

    /** The sign before names that lead to a claim within another (RFC 6901). */
    private static final String POINTER = "/";

    Claims {
        wanted = Map.copyOf(wanted);
    }

    /** Returns whether a token carries all of them; of a claim with several values, one is enough. */
    boolean isIn(VerifiedToken token) {
        return wanted.entrySet().stream()
                .allMatch(claim -> valuesOf(claim.getKey(), token).contains(claim.getValue()));
    }

    private static List<String> valuesOf(String name, VerifiedToken token) {
        Object value = token.claims();
        for (String step : name.startsWith(POINTER) ? name.substring(1).split(POINTER, -1) : new String[] {name}) {
            String key = step.replace("~1", "/").replace("~0", "~");
            value = value instanceof Map<?, ?> claims ? claims.get(key) : null;
        }
        List<?> values = value instanceof List<?> several ? several : value == null ? List.of() : List.of(value);
        return values.stream()
                .filter(each -> each instanceof String || each instanceof Number || each instanceof Boolean)
                .map(String::valueOf)
                .toList();
    }
}
