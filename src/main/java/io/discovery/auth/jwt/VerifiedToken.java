package io.discovery.auth.jwt;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A token whose signature and times were verified. Immutable.
 *
 * @param claims as the issuer wrote them: strings, numbers, booleans, lists and maps. A claim that is null counts as
 *     absent
 * @param expires the time from which the token is refused, with the leeway for clocks
 */
public record VerifiedToken(Map<String, Object> claims, Instant expires) {

    public VerifiedToken {
        claims = Map.copyOf(claims);
    }

    /**
     * Returns the texts of a claim: of a text that one, of a list all that are texts; none if the claim is absent or of
     * another form.
     */
    public List<String> texts(String claim) {
        Object value = claims.get(claim);
        List<?> values = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        return values.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
    }
}
