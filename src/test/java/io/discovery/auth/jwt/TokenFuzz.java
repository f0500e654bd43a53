package io.discovery.auth.jwt;

import static io.discovery.fuzz.FuzzTarget.require;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.discovery.fuzz.FuzzTarget;
import io.discovery.testing.TestIssuer;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tokens, claims and keys. None is accepted as a token but the one that the issuer made; each other text is refused in a
 * line of the log, and texts of keys give keys or a fault.
 */
public final class TokenFuzz implements FuzzTarget {

    /** RFC 7515, appendix A.3. */
    private static final String KEY = "{\"kty\":\"EC\",\"crv\":\"P-256\","
            + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";

    private static final String TOKEN =
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9"
                    + "leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTU"
                    + "JqPP3-Kg6NU1Q";

    private static final int LONGEST_LINE = 400;
    private static final Instant NOW = Instant.ofEpochSecond(1_300_819_380);

    private final JwtVerifier verifier = verifier();
    private final ClaimRules rules = new ClaimRules("joe", "discovery", () -> NOW);

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        TOKEN,
                        TOKEN.replace("eyJhbGciOiJFUzI1NiJ9", TestIssuer.base64("{\"alg\":\"ES256\",\"kid\":\"1\"}")),
                        TestIssuer.base64("{\"alg\":\"none\"}") + ".e30.",
                        "{\"iss\": \"joe\", \"aud\": [\"discovery\", 7], \"exp\": 1300819380, \"nbf\": 1.3e9, \"a\": {\"b\": null}}",
                        "{\"iss\": \"joe\", \"aud\": \"discovery\", \"exp\": 1e999999999}",
                        "{\"keys\":[" + KEY + "]}",
                        "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"r\",\"alg\":\"RS256\",\"e\":\"AQAB\",\"n\":\""
                                + "x".repeat(342) + "\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"key_ops\":[\"verify\"],"
                                + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}")
                .map(text -> text.getBytes(UTF_8))
                .toList();
    }

    @Override
    public void read(byte[] input) {
        String text = new String(input, ISO_8859_1);
        try {
            verifier.verify(text);
            require(false, () -> "a token without an audience was accepted: " + text);
        } catch (TokenRefusedException refused) {
            requireShort(refused);
            require(
                    text.equals(TOKEN) == (refused.reason() == TokenRefusedException.Reason.OTHER_AUDIENCE),
                    () -> "another token with this signature: " + text);
        }
        readClaims(input);
        readKeys(input);
    }

    private static JwtVerifier verifier() {
        JsonWebKeySource keys = new JsonWebKeySource(new KeysInText("{\"keys\":[" + KEY + "]}"), () -> 0);
        keys.look();
        return new JwtVerifier(keys, "joe", "discovery", () -> NOW);
    }

    /** Keys that are known beforehand. */
    private record KeysInText(String text) implements KeyPlace {

        @Override
        public Object stamp() {
            return text;
        }

        @Override
        public byte[] read() {
            return text.getBytes(UTF_8);
        }
    }

    private void readClaims(byte[] input) {
        try {
            VerifiedToken token = rules.check(input);
            require(token.expires().isAfter(NOW), () -> "accepted at its end: " + token);
            require(token.texts("aud").contains("discovery"), () -> "for others: " + token);
        } catch (TokenRefusedException refused) {
            requireShort(refused);
        }
    }

    private static void requireShort(TokenRefusedException refused) {
        require(refused.toString().length() < LONGEST_LINE, () -> "a long line of the log: " + refused);
    }

    private static void readKeys(byte[] input) {
        try {
            JsonWebKeys keys = JsonWebKeys.parse(input);
            require(!keys.isEmpty(), () -> "no key, and no fault");
        } catch (KeysUnusableException unusable) {
            require(unusable.getMessage() != null, () -> "a fault that does not say why");
        }
    }
}
