package io.discovery.auth.jwt;

import static io.discovery.auth.jwt.TokenRefusedException.quoted;

import io.discovery.auth.jwt.TokenRefusedException.Reason;
import java.time.InstantSource;
import java.util.List;

/**
 * The check of tokens: signed by a key of the issuer's, by that issuer, for this registry, at this time (RFC 7519; RFC
 * 8725). Thread-safe; waits for nothing, for keys neither.
 *
 * <p>A signature by RSA takes some 0.1 ms to verify, one by ES256 1 ms and by ES512 several: on an event loop, clients
 * that send bad ones would hold up others. A caller keeps what it has verified, for as many tokens as it has room for. It
 * keeps none beyond {@link VerifiedToken#expires}, nor for longer than a minute: then keys that the issuer has withdrawn
 * are noticed.
 */
public final class JwtVerifier {

    private final JsonWebKeySource keys;
    private final ClaimRules rules;

    /**
     * @param issuer the {@code iss} of each token
     * @param audience one that {@code aud} of each token must contain
     */
    public JwtVerifier(JsonWebKeySource keys, String issuer, String audience, InstantSource clock) {
        this.keys = keys;
        this.rules = new ClaimRules(issuer, audience, clock);
    }

    /**
     * Verifies a token.
     *
     * @throws TokenRefusedException if the token does not count, with the reason
     */
    public VerifiedToken verify(String token) {
        CompactToken parts = CompactToken.parse(token);
        SignatureAlgorithm algorithm = SignatureAlgorithm.of(parts.algorithm())
                .orElseThrow(() -> new TokenRefusedException(
                        Reason.ALGORITHM,
                        "a token with the algorithm " + quoted(parts.algorithm()) + ", expected one of "
                                + List.of(SignatureAlgorithm.values())));
        JsonWebKey key = key(keys.current(), parts, algorithm);
        if (!algorithm.verify(key.key(), parts.signed(), parts.signature())) {
            throw new TokenRefusedException(
                    Reason.BAD_SIGNATURE,
                    "a token whose signature is not by the key " + quoted(String.valueOf(key.id())) + " and "
                            + algorithm);
        }
        return rules.check(parts.claims());
    }

    private JsonWebKey key(JsonWebKeys current, CompactToken token, SignatureAlgorithm algorithm) {
        if (current.isEmpty()) {
            throw new TokenRefusedException(Reason.NO_KEYS, "a token before any keys of its issuer could be read");
        }
        String id = token.keyId();
        return id == null ? onlyKey(current, algorithm) : namedKey(current, id, algorithm);
    }

    /** Returns the key for a token that names none. OpenID Connect Core, section 10.1: there must be just one. */
    private JsonWebKey onlyKey(JsonWebKeys current, SignatureAlgorithm algorithm) {
        List<JsonWebKey> possible = current.allowing(algorithm);
        if (possible.size() != 1) {
            throw unknown("a token without a key id (kid), for which it has to be one key alone that allows "
                    + algorithm + "; there are " + possible.size());
        }
        return possible.get(0);
    }

    private JsonWebKey namedKey(JsonWebKeys current, String id, SignatureAlgorithm algorithm) {
        List<JsonWebKey> named = current.withId(id);
        if (named.isEmpty()) {
            throw unknown("a token that names the key " + quoted(id) + ", which is not among the "
                    + current.usable().size() + " of its issuer");
        }
        return named.stream()
                .filter(key -> key.allows(algorithm))
                .findFirst()
                .orElseThrow(() -> new TokenRefusedException(
                        Reason.ALGORITHM,
                        "a token with the algorithm " + algorithm + ", which its key " + quoted(id)
                                + " does not allow"));
    }

    private TokenRefusedException unknown(String message) {
        keys.missed();
        return new TokenRefusedException(Reason.UNKNOWN_KEY, message);
    }
}
