package io.discovery.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.auth.AuthException.NotAllowed;
import io.discovery.auth.AuthException.NotIdentified;
import io.discovery.auth.AuthException.TooManyChecks;
import io.discovery.auth.AuthException.TooManyFailures;
import io.discovery.auth.jwt.JsonWebKeySource;
import io.discovery.auth.jwt.JwtVerifier;
import io.discovery.auth.jwt.KeyPlace;
import io.discovery.testing.TestIssuer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.hashing.HashingStrategy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {

    private static final String ADDRESS = "127.0.0.2";
    /** As few iterations as a file may ask for, so that wrong passwords cost a test little. */
    private static final String QUICK_HASH = quickHash();

    private final Vertx vertx = Vertx.vertx();
    private long nanos;
    private Identities identities = identities("web", "pay*");
    private final Authenticator authenticator = new Authenticator(
            () -> identities,
            Grants.NONE,
            ProofChecks.ofPasswords(vertx),
            Optional.empty(),
            new Authenticator.Time(InstantSource.fixed(Instant.EPOCH), () -> nanos));

    private static String quickHash() {
        return HashingStrategy.load().hash("pbkdf2", Map.of("it", "10000"), "c2FsdCBvZiB0aGUgdGVzdA", "secret:of web");
    }

    private static Identities identities(String name, String write) {
        return AuthFile.identities(Path.of("auth.yaml"), """
                identities:
                  - name: %s
                    tokens: [%s]
                    passwords: [%s]
                    certificates: ["spiffe://mesh/web"]
                    write: [%s]
                """.formatted(
                        name, TokenHash.of("a token").hex(), QUICK_HASH, write));
    }

    @AfterEach
    void end() {
        vertx.close().await();
    }

    private static ClientSource from(String address) {
        return from(address, () -> false);
    }

    private static ClientSource from(String address, BooleanSupplier isGone) {
        return new ClientSource() {
            @Override
            public String network() {
                return address;
            }

            @Override
            public boolean isGone() {
                return isGone.getAsBoolean();
            }
        };
    }

    private Future<Client> identify(String authorization) {
        return identify(ADDRESS, authorization);
    }

    private Future<Client> identify(String address, String authorization) {
        return authenticator.identify(List.of(authorization), List::of, from(address));
    }

    private static String basic(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer a token", "bearer a token", "BEARER   a token "})
    void aTokenIsKnownAtOnce(String header) {
        Future<Client> found = identify(header);

        assertThat(found.isComplete()).isTrue();
        assertThat(found.result().identity().name()).isEqualTo("web");
        assertThat(found.result().proof()).isEqualTo(Proof.TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer unlikely, a token that is unknown",
        "Bearer, Bearer TOKEN",
        "'', Bearer TOKEN",
        "Digest x, Bearer TOKEN",
        "Basic !, USER:PASSWORD",
        "Basic d2Vi, USER:PASSWORD"
    })
    void otherHeadersAreRefused(String header, String expected) {
        assertThatThrownBy(() -> identify(header).await())
                .isInstanceOf(NotIdentified.class)
                .hasMessageContaining(expected)
                .message()
                .doesNotContain("unlikely", "d2Vi");
    }

    @Test
    void twoHeadersAreRefused() {
        assertThatThrownBy(() -> authenticator
                        .identify(List.of("Bearer a token", "Bearer a token"), List::of, from(ADDRESS))
                        .await())
                .isInstanceOf(NotIdentified.class)
                .hasMessageContaining("one header Authorization, not 2");
    }

    /** A client that comes each minute is not at the mercy of guessers behind the same proxy. */
    @Test
    void aPasswordIsRememberedAsLongAsItsClientComesEachMinute() {
        identify(basic("web:secret:of web")).await();
        for (int minute = 0; minute < 5; minute++) {
            nanos += ProofCache.LIFETIME.minusSeconds(1).toNanos();
            assertThat(identify(basic("web:secret:of web")).isComplete()).isTrue();
        }
    }

    @Test
    void aPasswordIsCheckedAgainAfterAMinute() {
        AtomicInteger checks = new AtomicInteger();
        ClientSource counting = from(ADDRESS, () -> checks.incrementAndGet() < 0);
        List<String> password = List.of(basic("web:secret:of web"));

        Client first = authenticator.identify(password, List::of, counting).await();
        authenticator.identify(password, List::of, counting).await();

        assertThat(first.proof()).isEqualTo(Proof.PASSWORD);
        assertThat(checks).hasValue(1);
        nanos += ProofCache.LIFETIME.toNanos();
        authenticator.identify(password, List::of, counting).await();
        assertThat(checks).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web:secret", "web:", "webb:secret:of web", ":secret:of web"})
    void anotherUserOrPasswordIsRefused(String given) {
        assertThatThrownBy(() -> identify(basic(given)).await())
                .isInstanceOf(NotIdentified.class)
                .hasMessageContaining("a user or password that is unknown")
                .message()
                .doesNotContain("secret");
    }

    @Test
    void aCertificateIsKnownByItsNames() {
        Client known = authenticator
                .identify(List.of(), () -> List.of("other", "spiffe://mesh/web"), from(ADDRESS))
                .await();

        assertThat(known.identity().name()).isEqualTo("web");
        assertThat(known.proof()).isEqualTo(Proof.CERTIFICATE);
    }

    /** A client that takes the trouble to send a token means that one. */
    @Test
    void aBadTokenIsRefusedWhateverTheCertificateIs() {
        assertThatThrownBy(() -> authenticator
                        .identify(List.of("Bearer another"), () -> List.of("spiffe://mesh/web"), from(ADDRESS))
                        .await())
                .isInstanceOf(NotIdentified.class);
    }

    @Test
    void aClientWithoutProofHasTheGrantsOfTheAnonymous() {
        Client anonymous = authenticator
                .identify(List.of(), () -> List.of("unknown"), from(ADDRESS))
                .await();

        assertThatThrownBy(() -> anonymous.requireRead("payments"))
                .isInstanceOf(NotIdentified.class)
                .hasMessageContaining("given no credentials");
        assertThat(authenticator.holds(anonymous)).isTrue();
    }

    @Test
    void aKnownClientMayNotDoAll() {
        Client web = identify("Bearer a token").await();

        web.requireWrite("payments");
        assertThatThrownBy(() -> web.requireWrite("orders"))
                .isInstanceOf(NotAllowed.class)
                .hasMessage("given token of web, expected an identity that may write the service orders");
    }

    @Test
    void anotherFileCountsAtOnceAlsoForPasswordsThatWereChecked() {
        Client token = identify("Bearer a token").await();
        Client password = identify(basic("web:secret:of web")).await();
        assertThat(authenticator.holds(token)).isTrue();

        identities = identities("web", "orders");

        assertThat(authenticator.holds(token)).isFalse();
        assertThat(authenticator.holds(password)).isFalse();
        assertThat(identify(basic("web:secret:of web"))
                        .await()
                        .identity()
                        .grants()
                        .mayWrite("orders"))
                .isTrue();
    }

    @Test
    void anAddressThatFailsTooOftenIsToldToWaitAndItsGoodTokensStillCount() {
        for (int i = 0; i < 99; i++) {
            assertThatThrownBy(() -> identify("Bearer another").await()).isInstanceOf(NotIdentified.class);
        }
        assertThatThrownBy(() -> identify("Bearer another").await())
                .isInstanceOfSatisfying(
                        TooManyFailures.class,
                        failures -> assertThat(failures.retrySeconds()).isEqualTo(60));

        assertThat(identify("Bearer a token").succeeded()).isTrue();
        assertThatThrownBy(() -> identify("127.0.0.3", "Bearer another").await())
                .isInstanceOf(NotIdentified.class);

        nanos += Duration.ofMinutes(2).toNanos();
        assertThatThrownBy(() -> identify("Bearer another").await()).isInstanceOf(NotIdentified.class);
    }

    @Test
    void aUserWhosePasswordIsGuessedIsNotCheckedForAMinuteUnlessRemembered() {
        identify(ADDRESS, basic("web:secret:of web")).await();
        for (int i = 0; i < 20; i++) {
            String guess = basic("web:guess" + i);
            assertThatThrownBy(() -> identify(guess).await()).isInstanceOf(NotIdentified.class);
        }

        assertThatThrownBy(() -> identify(basic("web:guess")).await()).isInstanceOf(TooManyFailures.class);

        assertThat(identify(basic("web:secret:of web")).succeeded()).isTrue();
        assertThat(identify("127.0.0.3", basic("web:secret:of web"))
                        .await()
                        .identity()
                        .name())
                .isEqualTo("web");
    }

    @Test
    void passwordsOfOneAddressDoNotQueueWithoutEnd() {
        List<Future<Client>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(identify(basic("web:x" + i)));
        }

        Future.join(all).otherwiseEmpty().await();

        assertThat(all)
                .filteredOn(each -> each.cause() instanceof TooManyChecks)
                .hasSizeBetween(1, 40);
        assertThat(identify("127.0.0.3", basic("web:secret:of web"))
                        .await()
                        .identity()
                        .name())
                .isEqualTo("web");
    }

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

    /** Strangers can make up user names without end. */
    @Test
    void aUserThatIsNotKnownTakesNoTimeOfTheThread() {
        for (int i = 0; i < 90; i++) {
            assertThat(identify(basic("user" + i + ":x")).isComplete()).isTrue();
        }
    }

    @Test
    void aClientElsewhereWaitsForOneCheckOfAnAddressThatHasMany() {
        List<String> checked = new CopyOnWriteArrayList<>();
        List<Future<Client>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(identify(basic("web:x" + i)).onComplete(done -> checked.add("flood")));
        }
        all.add(identify("127.0.0.3", basic("web:secret:of web")).onComplete(done -> checked.add("client")));

        Future.join(all).otherwiseEmpty().await();

        // Each is told on an event loop of its own.
        await().until(() -> checked.size() == all.size());
        assertThat(checked.indexOf("client")).isLessThan(10);
    }

    @Test
    void aProofOfAClientThatHasGoneIsNotChecked() {
        Future<Client> gone =
                authenticator.identify(List.of(basic("web:secret:of web")), List::of, from(ADDRESS, () -> true));

        assertThatThrownBy(gone::await).isInstanceOf(TooManyChecks.class);
    }

    /** The check may have waited for a while. */
    @Test
    void aPasswordThatIsNoLongerInTheFileWhenItsTurnComesIsRefused() {
        Future<Client> waiting = identify(basic("web:secret:of web"));
        identities = identities("other", "orders");

        assertThatThrownBy(waiting::await).isInstanceOf(NotIdentified.class);
    }
}
