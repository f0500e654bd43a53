package io.discovery.registry;

import static io.discovery.registry.RegistryFixture.KEY;
import static io.discovery.registry.RegistryFixture.answering;
import static io.discovery.registry.RegistryFixture.await;
import static io.discovery.registry.RegistryFixture.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.RegistryException.OutcomeUnknown;
import io.discovery.model.RegistryException.Overloaded;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.FutureInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes that take long: the deadline of their clients, races that they lose, and how many may be under way. */
final class RegistryDeadlineTest {

    private final RegistryFixture member = new RegistryFixture();

    @Test
    void aStoreThatNeverAnswersIsAnOutcomeUnknownByTheDeadline() {
        Registry registry =
                member.over(answering(change -> Promise.<Outcome>promise().future()));

        assertThatThrownBy(() -> await(register(registry)))
                .isInstanceOf(OutcomeUnknown.class)
                .hasMessageContaining("100 ms");
        assertThat(member.copy.find(KEY)).isNull();
    }

    @Test
    void noClientWaitsBeyondTheDeadline() {
        Registry registry =
                member.over(answering(change -> Promise.<Outcome>promise().future()));

        assertThatThrownBy(() -> await(registry.setWeight(KEY, new Weight(7)))).isInstanceOf(OutcomeUnknown.class);
        assertThatThrownBy(() -> await(registry.deregister(KEY))).isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void aRaceThatIsAlwaysLostEndsByTheDeadline() {
        Registry registry =
                member.over(answering(change -> Future.succeededFuture(new Outcome.Stale(change.version()))));

        assertThatThrownBy(() -> await(register(registry))).isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void aRaceThatIsLostAHundredTimesEnds() {
        List<Change> sent = new ArrayList<>();
        Registry patient = member.over(
                answering(change -> {
                    sent.add(change);
                    return Future.succeededFuture(new Outcome.Stale(change.version()));
                }),
                Duration.ofMinutes(10));

        assertThatThrownBy(() -> await(register(patient))).isInstanceOf(OutcomeUnknown.class);
        assertThat(sent).hasSize(100);
        for (int n = 1; n < sent.size(); n++) {
            assertThat(sent.get(n).version()).isGreaterThan(sent.get(n - 1).version());
        }
    }

    /** It would get a version of a moment at which its client had long done something newer. */
    @Test
    void whatNobodyWaitsForIsNotTriedAgainWithANewVersion() {
        Promise<Outcome> late = Promise.promise();
        List<Change> sent = new ArrayList<>();
        Registry registry = member.over(answering(change -> {
            sent.add(change);
            return late.future();
        }));
        assertThatThrownBy(() -> await(register(registry))).isInstanceOf(OutcomeUnknown.class);

        late.complete(new Outcome.Stale(sent.get(0).version()));

        assertThat(sent).hasSize(1);
        assertThat(registry.changesInFlight()).isZero();
    }

    /** A machine that was suspended has not counted the time: its client may have gone long ago. */
    @Test
    void whatWasOnItsWayDuringAStandstillIsNotTriedAgain() {
        Promise<Outcome> late = Promise.promise();
        List<Change> sent = new ArrayList<>();
        Registry registry = member.over(
                answering(change -> {
                    sent.add(change);
                    return late.future();
                }),
                Duration.ofMinutes(10));
        Future<Version> registering = register(registry);
        member.nanos.addAndGet(Duration.ofSeconds(2).toNanos());

        late.complete(new Outcome.Stale(sent.get(0).version()));

        assertThatThrownBy(() -> await(registering)).isInstanceOf(OutcomeUnknown.class);
        assertThat(sent).hasSize(1);
    }

    @Test
    void tooManyChangesAtOnceAreRefusedAtOnceAndTheOthersGoOn() {
        List<Promise<Outcome>> pending = new ArrayList<>();
        Registry registry = member.over(answering(change -> {
            pending.add(Promise.promise());
            return pending.get(pending.size() - 1).future();
        }));
        for (int i = 0; i < Registry.MOST_IN_FLIGHT; i++) {
            register(registry);
        }

        assertThatThrownBy(() -> await(register(registry)))
                .isInstanceOf(Overloaded.class)
                .hasMessageContaining("nothing was changed");

        assertThat(pending).hasSize(Registry.MOST_IN_FLIGHT);
        assertThat(registry.changesRefused()).isOne();
        assertThat(registry.changesInFlight()).isEqualTo(Registry.MOST_IN_FLIGHT);
        pending.forEach(change -> change.complete(new Outcome.Absent()));
        assertThat(registry.changesInFlight()).isZero();
    }

    /** A client that has its 503 no longer waits, but the change still holds what it holds. */
    @Test
    void aChangeIsUnderWayUntilItHasEnded() {
        Promise<Outcome> end = Promise.promise();
        Registry registry = member.over(answering(change -> end.future()));
        assertThatThrownBy(() -> await(register(registry))).isInstanceOf(OutcomeUnknown.class);

        assertThat(registry.changesInFlight()).isOne();
        end.complete(new Outcome.Absent());
        assertThat(registry.changesInFlight()).isZero();
    }

    /** The deadline of a future of no event loop would be a timer of a thread that all event loops share. */
    @Test
    void whatTheStoreCompletesOnAnEventLoopStaysThere() {
        Vertx vertx = Vertx.vertx();
        try {
            ContextInternal loop = (ContextInternal) vertx.getOrCreateContext();
            Registry registry =
                    member.over(answering(change -> loop.<Outcome>promise().future()), Duration.ofMinutes(1));

            assertThat(((FutureInternal<Version>) register(registry)).context()).isSameAs(loop);
        } finally {
            await(vertx.close());
        }
    }
}
