package io.discovery.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.auth.AuthException.NotIdentified;
import io.discovery.auth.AuthException.TooManyChecks;
import io.discovery.auth.AuthException.TooManyFailures;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords: their checks take long, so they are few, remembered and shared out. */
class PasswordProofTest extends AuthenticatorFixture {

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

    /** The networks that have most of the 200 places give theirs to one that has none. */
    @Test
    void someNetworksCannotTakeAllPlaces() {
        List<Future<Client>> strangers = new ArrayList<>();
        for (int i = 0; i < 240; i++) {
            strangers.add(identify("127.0.1." + i % 12, basic("web:x" + i)));
        }

        Client client = identify("127.0.0.3", basic("web:secret:of web")).await();

        assertThat(client.identity().name()).isEqualTo("web");
        Future.join(strangers).otherwiseEmpty().await();
        assertThat(checks.waiting()).isZero();
    }

    /** The body of the request waits as long, and the connection would end. */
    @Test
    void aCheckThatWaitsTooLongFails() {
        CountDownLatch isOver = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        checks.run(from("127.0.1.1"), () -> isOver.await(20, TimeUnit.SECONDS));

        Future<Integer> late = checks.run(from(ADDRESS), made::incrementAndGet);

        assertThatThrownBy(late::await).isInstanceOf(TooManyChecks.class);
        assertThat(checks.waiting()).isOne();
        isOver.countDown();
        await().until(() -> checks.waiting() == 0);
        assertThat(made).hasValue(0);
    }

    /** A class is missing, if the jar was replaced while the member runs. */
    @Test
    void aCheckThatEndsInAnErrorGivesItsPlaceBack() {
        Future<Client> broken = checks.run(from(ADDRESS), () -> {
            throw new NoClassDefFoundError("io/discovery/auth/Any");
        });

        assertThatThrownBy(broken::await).isInstanceOf(NoClassDefFoundError.class);
        await().until(() -> checks.waiting() == 0);
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
