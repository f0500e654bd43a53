package io.discovery.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.auth.AuthException.NotAllowed;
import io.discovery.auth.AuthException.NotIdentified;
import io.discovery.auth.AuthException.TooManyFailures;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, certificates, and clients without a proof. */
class AuthenticatorTest extends AuthenticatorFixture {

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
}
