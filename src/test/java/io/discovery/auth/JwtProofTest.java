package io.discovery.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.auth.AuthException.NotIdentified;
import io.discovery.auth.jwt.JsonWebKeySource;
import io.discovery.auth.jwt.JwtVerifier;
import io.discovery.auth.jwt.KeyPlace;
import io.discovery.testing.TestIssuer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an issuer, as proofs of an identity. */
class JwtProofTest extends AuthenticatorFixture {

    @Test
    void aTokenOfAnIssuerIsCheckedOnceAMinuteUntilItExpires(@TempDir Path dir) {
        TestIssuer issuer = new TestIssuer("RS256");
        JsonWebKeySource keys = new JsonWebKeySource(KeyPlace.file(issuer.write(dir.resolve("keys"))), () -> nanos);
        keys.look();
        InstantSource clock = () -> Instant.EPOCH.plusNanos(nanos);
        identities = AuthFile.identities(Path.of("auth.yaml"), """
                identities:
                  - {name: pods, claims: [{sub: "system:serviceaccount:shop:payments", /a/b: "7"}], read: ["*"]}
                """);
        Authenticator withIssuer = new Authenticator(
                () -> identities,
                Grants.NONE,
                ProofChecks.ofPasswords(vertx),
                Optional.of(new Authenticator.Jwts(
                        new JwtVerifier(keys, TestIssuer.NAME, TestIssuer.AUDIENCE, clock),
                        ProofChecks.ofTokens(vertx))),
                new Authenticator.Time(clock, () -> nanos));
        Map<String, Object> claims = TestIssuer.claims(Instant.EPOCH);
        claims.put("exp", 10);
        claims.put("a", Map.of("b", 7));
        List<String> header = List.of("Bearer " + issuer.token("RS256", claims));
        claims.put("a", Map.of("b", 8));
        List<String> other = List.of("Bearer " + issuer.token("RS256", claims));

        Client pods = withIssuer.identify(header, List::of, from(ADDRESS)).await();

        assertThat(pods.identity().name()).isEqualTo("pods");
        assertThat(pods.proof()).isEqualTo(Proof.JWT);
        assertThat(withIssuer.identify(header, List::of, from(ADDRESS)).isComplete())
                .isTrue();
        assertThatThrownBy(() ->
                        withIssuer.identify(other, List::of, from(ADDRESS)).await())
                .isInstanceOf(NotIdentified.class)
                .hasMessageContaining("of no identity");
        // Sixty seconds are for clocks that differ; the memory of a proof ends with its token.
        nanos += Duration.ofSeconds(59).toNanos();
        assertThat(withIssuer.identify(header, List::of, from(ADDRESS)).succeeded())
                .isTrue();
        nanos += Duration.ofSeconds(11).toNanos();
        assertThatThrownBy(() ->
                        withIssuer.identify(header, List::of, from(ADDRESS)).await())
                .isInstanceOf(NotIdentified.class)
                .hasMessageContaining("expired");
    }
}
