package io.discovery.auth.jwt;

import static io.discovery.testing.TestIssuer.claims;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.auth.jwt.TokenRefusedException.Reason;
import io.discovery.json.JsonText;
import io.discovery.testing.TestIssuer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims of tokens whose signatures are good, and each reason for which they do not count. */
class JwtVerifierTest extends JwtVerifierFixture {

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
        assertRefused(token(RSA, expiring(exp)), Reason.MALFORMED, "a token whose exp is '");
    }

    @Test
    void theEarliestAndTheLatestTimeAreTimes() {
        assertThat(verifier.verify(token(RSA, expiring("253402300799"))).expires())
                .isEqualTo(Instant.parse("9999-12-31T23:59:59Z").plusSeconds(60));
        assertRefused(token(RSA, expiring("0")), Reason.EXPIRED, "expired at 1970-01-01T00:00:00Z");
    }

    private String expiring(String exp) {
        return JsonText.write(claims(issued)).replaceAll("\"exp\": \\d+", "\"exp\": " + exp);
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
}
