package io.discovery.auth.jwt;

import static io.discovery.auth.jwt.TokenRefusedException.cut;
import static io.discovery.auth.jwt.TokenRefusedException.malformed;
import static io.discovery.auth.jwt.TokenRefusedException.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.discovery.auth.jwt.TokenRefusedException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The claims that a token must have (RFC 7519, section 4.1), once its signature is verified. */
final class ClaimRules {

    /** The leeway for clocks that differ, the issuer's and this machine's. */
    static final Duration LEEWAY = Duration.ofSeconds(60);

    /** The end of the year 9999: a later time is a mistake, and would be none that Java can write. */
    private static final double LATEST = 253_402_300_799.0;

    private final String issuer;
    private final String audience;
    private final InstantSource clock;

    ClaimRules(String issuer, String audience, InstantSource clock) {
        this.issuer = issuer;
        this.audience = audience;
        this.clock = clock;
    }

    /** @throws TokenRefusedException if the claims are none, or not those that are expected */
    VerifiedToken check(byte[] text) {
        ObjectNode claims = StrictJson.parse(text)
                .orElseThrow(() -> malformed("claims that are no JSON object, or have a name twice"));
        Instant end =
                time(claims, "exp").orElseThrow(() -> malformed("a token that never expires, expected one with exp"));
        VerifiedToken token = new VerifiedToken(StrictJson.fields(claims), end.plus(LEEWAY));
        checkParties(token, claims.path("iss"));
        checkTime(end, time(claims, "nbf"));
        return token;
    }

    private void checkParties(VerifiedToken token, JsonNode given) {
        if (!issuer.equals(given.textValue())) {
            throw new TokenRefusedException(
                    Reason.OTHER_ISSUER,
                    "a token of the issuer " + quoted(given.asText()) + ", expected " + quoted(issuer));
        }
        if (!token.texts("aud").contains(audience)) {
            throw new TokenRefusedException(
                    Reason.OTHER_AUDIENCE,
                    "a token for " + cut(token.texts("aud").toString()) + ", expected one for " + quoted(audience));
        }
    }

    private void checkTime(Instant end, Optional<Instant> begin) {
        Instant now = clock.instant();
        if (!now.isBefore(end.plus(LEEWAY))) {
            throw new TokenRefusedException(Reason.EXPIRED, "a token that expired at " + end + ", now it is " + now);
        }
        begin.filter(from -> now.plus(LEEWAY).isBefore(from)).ifPresent(from -> {
            throw new TokenRefusedException(
                    Reason.NOT_YET_VALID, "a token that is valid from " + from + " on, now it is " + now);
        });
    }

    private static Optional<Instant> time(ObjectNode claims, String name) {
        JsonNode given = claims.path(name);
        if (given.isMissingNode() || given.isNull()) {
            return Optional.empty();
        }
        double seconds = given.isNumber() ? given.doubleValue() : Double.NaN;
        if (!(seconds >= 0 && seconds <= LATEST)) {
            throw malformed(
                    "a token whose " + name + " is " + quoted(given.asText()) + ", expected seconds since 1970");
        }
        return Optional.of(Instant.ofEpochSecond((long) seconds));
    }
}
