package io.discovery.auth.jwt;

import static io.discovery.testing.TestIssuer.claims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.discovery.auth.jwt.TokenRefusedException.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are no tokens, whatever they claim. */
class TokenFormTest extends JwtVerifierFixture {

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
        assertRefused("a".repeat(CompactToken.LONGEST), Reason.MALFORMED, "a token of 1 parts");
        assertRefused("a".repeat(CompactToken.LONGEST + 1), Reason.MALFORMED, "of 8193 characters");
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
        assertThat(TokenRefusedException.quoted("k".repeat(80))).isEqualTo("'" + "k".repeat(80) + "'");
    }
}
