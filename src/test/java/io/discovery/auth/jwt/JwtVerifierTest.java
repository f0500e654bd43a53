package io.discovery.auth.jwt;

import static io.discovery.testing.TestIssuer.base64;
import static io.discovery.testing.TestIssuer.claims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.discovery.auth.jwt.TokenRefusedException.Reason;
import io.discovery.json.JsonText;
import io.discovery.testing.TestIssuer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that count, and each reason for which one does not. */
class JwtVerifierTest {

    private static final String RSA = "RS256";
    private static final String EC = "ES256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** An issuer with a key for each algorithm, once for all tests: keys of RSA take their time. */
    private static final TestIssuer ISSUER = new TestIssuer(algorithms().toArray(String[]::new));

    @TempDir
    private Path dir;

    private final Instant issued = Instant.parse("2026-11-27T12:00:00Z");
    private Instant now = issued;
    private JwtVerifier verifier;

    @BeforeEach
    void begin() {
        verifier = verifier(ISSUER.jwks());
    }

    private JwtVerifier verifier(String jwks) {
        JsonWebKeySource keys =
                new JsonWebKeySource(KeyPlace.file(TestIssuer.write(dir.resolve("jwks.json"), jwks)), () -> 0);
        keys.look();
        return new JwtVerifier(keys, TestIssuer.NAME, TestIssuer.AUDIENCE, () -> now);
    }

    private void assertRefused(String token, Reason reason, String message) {
        TokenRefusedException refused = catchThrowableOfType(TokenRefusedException.class, () -> verifier.verify(token));

        assertThat(refused).as("a refusal of " + token).isNotNull();
        assertThat(refused.reason()).as(refused.getMessage()).isEqualTo(reason);
        assertThat(refused).hasMessageContaining(message);
        String signature = token.substring(token.lastIndexOf('.') + 1);
        if (signature.length() > 2 && token.contains(".")) {
            assertThat(refused.getMessage()).doesNotContain(signature.substring(0, Math.min(20, signature.length())));
        }
    }

    static Stream<String> algorithms() {
        return Stream.of(SignatureAlgorithm.values()).map(Enum::name);
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aTokenOfEachAlgorithmCounts(String algorithm) {

        VerifiedToken token = verifier.verify(ISSUER.token(algorithm, claims(issued)));

        assertThat(token.texts("sub")).containsExactly("system:serviceaccount:shop:payments");
        assertThat(token.expires()).isEqualTo(issued.plusSeconds(3_660));
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aChangedTokenDoesNotCount(String algorithm) {
        String[] parts = ISSUER.token(algorithm, claims(issued)).split("\\.");
        String others = base64(JsonText.write(claims(issued.plusSeconds(1))));

        assertRefused(parts[0] + "." + others + "." + parts[2], Reason.BAD_SIGNATURE, "is not by the key");
    }

    @ParameterizedTest
    @MethodSource("algorithms")
    void aSignatureOfAnotherLengthDoesNotCount(String algorithm) {
        String token = ISSUER.token(algorithm, claims(issued));
        String signed = token.substring(0, token.lastIndexOf('.'));
        byte[] signature = ISSUER.signature(algorithm, signed);
        for (int length : new int[] {0, 1, signature.length - 1, signature.length + 1, 2 * signature.length}) {
            assertRefused(
                    signed + "." + BASE64.encodeToString(Arrays.copyOf(signature, length)),
                    Reason.BAD_SIGNATURE,
                    "is not by the key");
        }
        assertRefused(
                signed + "." + BASE64.encodeToString(new byte[signature.length]),
                Reason.BAD_SIGNATURE,
                "is not by the key");
    }

    @Test
    void claimsAreReadAsTheIssuerWroteThem() {
        Map<String, Object> claims = claims(issued);
        claims.put("kubernetes.io", Map.of("namespace", "shop", "pod", Map.of("name", "payments-1")));
        claims.put("groups", List.of("a", 7, "b"));
        claims.put("nothing", null);

        VerifiedToken token = verifier.verify(ISSUER.token(RSA, claims));

        assertThat(token.claims())
                .containsEntry("kubernetes.io", Map.of("namespace", "shop", "pod", Map.of("name", "payments-1")))
                .containsEntry("groups", List.of("a", 7, "b"))
                .doesNotContainKey("nothing");
        assertThat(token.texts("groups")).containsExactly("a", "b");
        assertThat(token.texts("nothing")).isEmpty();
        assertThat(token.texts("exp")).isEmpty();
    }

    @Test
    void aTokenIsRefusedFromItsEndOnWithAMinuteForClocks() {
        String token = ISSUER.token(RSA, claims(issued));
        Instant end = issued.plusSeconds(3_600);

        now = end.plusSeconds(60).minusNanos(1);
        assertThat(verifier.verify(token).expires()).isEqualTo(end.plusSeconds(60));
        now = end.plusSeconds(60);
        assertRefused(token, Reason.EXPIRED, "expired at " + end + ", now it is " + now);
    }

    @Test
    void aTokenIsRefusedBeforeItsTimeWithAMinuteForClocks() {
        String token = ISSUER.token(RSA, claims(issued));

        now = issued.minusSeconds(60);
        assertThat(verifier.verify(token)).isNotNull();
        now = issued.minusSeconds(60).minusNanos(1);
        assertRefused(token, Reason.NOT_YET_VALID, "valid from " + issued);
    }

    @Test
    void aTokenWithoutNbfIsValidAtOnce() {
        Map<String, Object> claims = claims(issued);
        claims.remove("nbf");

        assertThat(verifier.verify(ISSUER.token(EC, claims))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1800000000\"",
                "-1",
                "1e300",
                "1e999999999",
                "253402300800",
                "true",
                "[]",
                "18000000000000000000"
            })
    void aTimeIsANumberOfSeconds(String exp) {
        String claims = JsonText.write(claims(issued)).replaceAll("\"exp\": \\d+", "\"exp\": " + exp);

        assertRefused(token(RSA, claims), Reason.MALFORMED, "a token whose exp is '");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exp", "iss", "aud"})
    void aTokenNeedsItsClaims(String name) {
        Map<String, Object> claims = claims(issued);
        Map<String, Reason> reasons =
                Map.of("exp", Reason.MALFORMED, "iss", Reason.OTHER_ISSUER, "aud", Reason.OTHER_AUDIENCE);
        claims.remove(name);
        assertRefused(ISSUER.token(RSA, claims), reasons.getOrDefault(name, Reason.NO_KEYS), "");

        claims.put(name, null);
        assertRefused(ISSUER.token(RSA, claims), reasons.getOrDefault(name, Reason.NO_KEYS), "");
    }

    @Test
    void aTokenOfAnotherIssuerIsRefused() {
        for (Object other :
                List.of("https://issuer.example/", "https://ISSUER.example", "", List.of(TestIssuer.NAME))) {
            assertRefused(changed("iss", other), Reason.OTHER_ISSUER, "expected 'https://issuer.example'");
        }
    }

    @Test
    void theAudienceIsATextOrAList() {
        assertThat(verifier.verify(changed("aud", List.of("other", "discovery"))))
                .isNotNull();
        assertThat(verifier.verify(changed("aud", List.of("discovery")))).isNotNull();

        for (Object other :
                List.of("", "Discovery", "discovery ", List.of(), List.of("other"), List.of(List.of("discovery")), 7)) {
            assertRefused(changed("aud", other), Reason.OTHER_AUDIENCE, "expected one for 'discovery'");
        }
    }

    private String changed(String claim, Object value) {
        Map<String, Object> claims = claims(issued);
        claims.put(claim, value);
        return ISSUER.token(EC, claims);
    }

    /** Signs claims with a header as it should be. */
    private String token(String id, String claims) {
        return ISSUER.token(id, header(id, id), claims);
    }

    private static String header(String algorithm, String id) {
        return "{\"alg\": \"" + algorithm + "\", \"kid\": \"" + id + "\"}";
    }

    private String valid() {
        return JsonText.write(claims(issued));
    }

    @Test
    void algorithmsWithoutAPublicKeyAreRefused() {
        String claims = base64(valid());
        for (String none : List.of("none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS1", "ES256K", "dir")) {
            assertRefused(
                    base64(header(none, RSA)) + "." + claims + ".",
                    Reason.ALGORITHM,
                    "the algorithm '" + none + "', expected one of [RS256, ");
        }
        assertRefused(base64("{\"alg\": \"none\"}") + "." + claims, Reason.MALFORMED, "2 parts, expected 3");
    }

    /** RFC 8725, section 2.1: the public key is no secret, so no signature by it may count. */
    @Test
    void thePublicKeyIsNoSharedSecret() throws GeneralSecurityException {
        String signed = base64(header("HS256", RSA)) + "." + base64(valid());
        byte[] pem = ("-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(ISSUER.publicKey(RSA).getEncoded()) + "\n-----END PUBLIC KEY-----\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (byte[] secret : List.of(ISSUER.publicKey(RSA).getEncoded(), pem)) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));

            assertRefused(signed + "." + BASE64.encodeToString(signature), Reason.ALGORITHM, "'HS256'");
        }
    }

    @Test
    void theKeySaysWhichAlgorithmItAllows() {
        String other = ISSUER.token("PS256", header("RS256", "PS256"), valid());
        assertRefused(other, Reason.ALGORITHM, "the algorithm RS256, which its key 'PS256' does not allow");

        verifier = verifier(ISSUER.jwks(key -> key.remove("alg")));
        assertThat(verifier.verify(ISSUER.token("PS256", claims(issued)))).isNotNull();
        assertRefused(other, Reason.BAD_SIGNATURE, "is not by the key 'PS256' and RS256");
        assertRefused(
                ISSUER.token("PS256", header("ES256", "PS256"), valid()),
                Reason.ALGORITHM,
                "the algorithm ES256, which its key 'PS256' does not allow");
    }

    @Test
    void theKeyThatTheTokenNamesIsTheOneThatCounts() {
        TestIssuer three = new TestIssuer(EC, "ES384");
        three.add("another", EC);
        verifier = verifier(three.jwks());

        assertRefused(three.token(EC, header(EC, "another"), valid()), Reason.BAD_SIGNATURE, "the key 'another'");
        assertRefused(three.token(EC, header(EC, "ES384"), valid()), Reason.ALGORITHM, "'ES384' does not allow");
        assertRefused(
                three.token(EC, header(EC, "gone"), valid()),
                Reason.UNKNOWN_KEY,
                "names the key 'gone', which is not among the 3 of its issuer");
    }

    @Test
    void aTokenThatNamesNoKeyCountsIfThereIsOneAlone() {
        TestIssuer two = new TestIssuer(EC, "ES384");
        String unnamed = two.token(EC, "{\"alg\": \"ES256\"}", valid());
        verifier = verifier(two.jwks());
        assertThat(verifier.verify(unnamed)).isNotNull();

        two.add("another", EC);
        verifier = verifier(two.jwks());
        assertRefused(unnamed, Reason.UNKNOWN_KEY, "one key alone that allows ES256; there are 2");
    }

    /** RFC 7515, section 4.1.3: the issuer of the keys decides, not the token. */
    @Test
    void keysInATokenDoNotCount() {
        TestIssuer stranger = new TestIssuer(EC);
        Map<String, Object> header = new HashMap<>(Map.of("alg", EC, "kid", EC, "jku", "https://stranger/keys"));
        header.put("jwk", TestIssuer.parts(stranger.publicKey(EC)));

        assertRefused(stranger.token(EC, JsonText.write(header), valid()), Reason.BAD_SIGNATURE, "");
    }

    @Test
    void anExtensionThatMustBeUnderstoodIsRefused() {
        assertRefused(
                ISSUER.token(
                        RSA, "{\"alg\": \"RS256\", \"kid\": \"RS256\", \"b64\": false, \"crit\": [\"b64\"]}", valid()),
                Reason.MALFORMED,
                "(crit), expected none");
    }

    @Test
    void aNameThatIsThereTwiceIsRefused() {
        assertRefused(
                ISSUER.token(RSA, "{\"alg\": \"RS256\", \"alg\": \"none\", \"kid\": \"RS256\"}", valid()),
                Reason.MALFORMED,
                "a header that is no JSON object, or has a name twice");
        assertRefused(
                token(RSA, valid().replace("{\"iss\"", "{\"exp\": 9999999999, \"iss\"")),
                Reason.MALFORMED,
                "claims that are no JSON object, or have a name twice");
        assertRefused(
                token(RSA, valid().replace("{\"iss\"", "{\"deep\": {\"a\": 1, \"a\": 2}, \"iss\"")),
                Reason.MALFORMED,
                "or have a name twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"text\"", "{} {}", "{", "\u0000", "{\"exp\": NaN}"})
    void claimsThatAreNoObjectAreRefused(String claims) {
        assertRefused(token(RSA, claims), Reason.MALFORMED, "claims that are no JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"alg\": 7}", "{\"alg\": null}", "{\"alg\": \"RS256\", \"kid\": 7}", "[]", ""})
    void aHeaderThatDoesNotSayHowIsRefused(String header) {
        assertRefused(ISSUER.token(RSA, header, valid()), Reason.MALFORMED, "a header ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "..", "...", "a", "a.b", "a.b.c.d", "a.b.c", "é.é.é", " ", "eyJ.eyJ.=", "e30.e30.e30="})
    void textsThatAreNoTokenAreRefused(String text) {
        assertRefused(text, Reason.MALFORMED, "");
    }

    @Test
    void aTokenHasOneSpellingAlone() {
        String token = ISSUER.token(EC, claims(issued));
        assertThat(verifier.verify(token)).isNotNull();

        assertRefused(token + "=", Reason.MALFORMED, "signature is not in base64url without padding");
        assertRefused(token + "==", Reason.MALFORMED, "signature is not in base64url without padding");
        assertRefused(token + "\n", Reason.MALFORMED, "signature is not in base64url without padding");
        assertRefused(" " + token, Reason.MALFORMED, "header is not in base64url without padding");
        // 64 bytes leave four bits of the last character unused.
        char last = token.charAt(token.length() - 1);
        assertRefused(
                token.substring(0, token.length() - 1) + (char) (last + 1),
                Reason.MALFORMED,
                "signature is not in base64url without padding");
    }

    @Test
    void hugeTokensAreRefusedUnread() {
        Map<String, Object> claims = claims(issued);
        claims.put("more", "x".repeat(5_000));
        assertThat(verifier.verify(ISSUER.token(RSA, claims))).isNotNull();

        claims.put("more", "x".repeat(8_000));
        assertRefused(ISSUER.token(RSA, claims), Reason.MALFORMED, "characters, expected at most 8192");
        assertRefused("a".repeat(10_000_000), Reason.MALFORMED, "of 10000000 characters");
    }

    @Test
    void deepJsonIsRefused() {
        String deep = "[".repeat(1_000) + "]".repeat(1_000);
        assertRefused(
                ISSUER.token(RSA, "{\"alg\": \"RS256\", \"deep\": " + deep + "}", "{}"), Reason.MALFORMED, "a header");
        assertRefused(token(RSA, "{\"deep\": " + deep + "}"), Reason.MALFORMED, "claims that are no JSON object");
    }

    @Test
    void textOfStrangersIsCut() {
        TokenRefusedException refused = catchThrowableOfType(
                TokenRefusedException.class,
                () -> verifier.verify(ISSUER.token(RSA, header(RSA, "k".repeat(2_000)), valid())));

        assertThat(refused.getMessage()).hasSizeLessThan(300).contains("k".repeat(80) + "…'");
        assertThat(refused.getStackTrace()).isEmpty();
    }

    @Test
    void withoutKeysAllTokensAreRefused() {
        verifier = verifier("{}");

        assertRefused(ISSUER.token(RSA, claims(issued)), Reason.NO_KEYS, "before any keys");
        assertRefused(base64("{\"alg\": \"none\"}") + ".e30.", Reason.ALGORITHM, "'none'");
        assertRefused(base64("{\"alg\": \"none\"}") + ".e30", Reason.MALFORMED, "2 parts");
    }
}
