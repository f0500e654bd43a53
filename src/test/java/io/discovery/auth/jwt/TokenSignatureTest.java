package io.discovery.auth.jwt;

import static io.discovery.testing.TestIssuer.base64;
import static io.discovery.testing.TestIssuer.claims;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.auth.jwt.TokenRefusedException.Reason;
import io.discovery.json.JsonText;
import io.discovery.testing.TestIssuer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Signatures that count, and the keys and algorithms of those that do not. */
class TokenSignatureTest extends JwtVerifierFixture {

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
    void withoutKeysAllTokensAreRefused() {
        verifier = verifier("{}");

        assertRefused(ISSUER.token(RSA, claims(issued)), Reason.NO_KEYS, "before any keys");
        assertRefused(base64("{\"alg\": \"none\"}") + ".e30.", Reason.ALGORITHM, "'none'");
        assertRefused(base64("{\"alg\": \"none\"}") + ".e30", Reason.MALFORMED, "2 parts");
    }
}
