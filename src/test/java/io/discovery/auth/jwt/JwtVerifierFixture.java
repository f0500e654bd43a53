package io.discovery.auth.jwt;

import static io.discovery.testing.TestIssuer.claims;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.discovery.auth.jwt.TokenRefusedException.Reason;
import io.discovery.json.JsonText;
import io.discovery.testing.TestIssuer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A verifier with the keys of an issuer, and a clock that the test moves. */
abstract class JwtVerifierFixture {

    static final String RSA = "RS256";

    static final String EC = "ES256";

    static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** An issuer with a key for each algorithm, once for all tests: keys of RSA take their time. */
    static final TestIssuer ISSUER = new TestIssuer(algorithms().toArray(String[]::new));

    @TempDir
    Path dir;

    final Instant issued = Instant.parse("2026-11-27T12:00:00Z");

    Instant now = issued;

    JwtVerifier verifier;

    @BeforeEach
    void begin() {
        verifier = verifier(ISSUER.jwks());
    }

    JwtVerifier verifier(String jwks) {
        JsonWebKeySource keys =
                new JsonWebKeySource(KeyPlace.file(TestIssuer.write(dir.resolve("jwks.json"), jwks)), () -> 0);
        keys.look();
        return new JwtVerifier(keys, TestIssuer.NAME, TestIssuer.AUDIENCE, () -> now);
    }

    void assertRefused(String token, Reason reason, String message) {
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

    /** Signs claims with a header as it should be. */
    String token(String id, String claims) {
        return ISSUER.token(id, header(id, id), claims);
    }

    static String header(String algorithm, String id) {
        return "{\"alg\": \"" + algorithm + "\", \"kid\": \"" + id + "\"}";
    }

    String valid() {
        return JsonText.write(claims(issued));
    }
}
