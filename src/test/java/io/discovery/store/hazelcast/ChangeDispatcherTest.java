package io.discovery.store.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.discovery.model.Change.Outcome;
import io.discovery.model.RegistryException;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChangeDispatcherTest {

    private static final Outcome DONE =
            new Outcome.Applied(Fixtures.registered(Fixtures.key("payments", 1), new Version(1, 1)));
    private final RuntimeException ownerGone = new IndeterminateOperationStateException("the owner has gone");

    /** The changes that were sent, in order; the test answers them. */
    private final List<CompletableFuture<Outcome>> sent = new ArrayList<>();

    private final ChangeDispatcher dispatcher = new ChangeDispatcher();

    private CompletableFuture<Outcome> send() {
        return dispatcher.sendChange(() -> {
            CompletableFuture<Outcome> stage = new CompletableFuture<>();
            sent.add(stage);
            return stage;
        });
    }

    @Test
    void aChangeWhoseOwnerHasGoneIsSentToTheNext() {
        CompletableFuture<Outcome> answer = send();

        sent.get(0).completeExceptionally(ownerGone);
        assertThat(answer).isNotDone();
        sent.get(1).complete(DONE);

        assertThat(answer).isCompletedWithValue(DONE);
    }

    @Test
    void whatIsUnderWayWhenAMemberGoesIsSentAgainAndTheFirstAnswerCounts() {
        CompletableFuture<Outcome> answer = send();

        dispatcher.sendAgain();
        assertThat(sent).hasSize(2);
        sent.get(1).complete(DONE);

        assertThat(answer).isCompletedWithValue(DONE);
        sent.get(0).completeExceptionally(ownerGone);
        assertThat(sent).hasSize(2);
    }

    /** The owner that has gone may have made the change, and clients may have seen it. */
    @ParameterizedTest
    @MethodSource("refusals")
    void aChangeOfWhichOneSendFailedAndOneWasRefusedMayHaveBeenApplied(Outcome refusal) {
        CompletableFuture<Outcome> answer = send();

        sent.get(0).completeExceptionally(ownerGone);
        sent.get(1).complete(refusal);

        assertThatThrownBy(answer::join).hasCauseInstanceOf(RegistryException.OutcomeUnknown.class);
    }

    /** It may be applied yet, once the host has reported. */
    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalIsNoAnswerWhileAnotherSendIsUnderWay(Outcome refusal) {
        CompletableFuture<Outcome> answer = send();

        dispatcher.sendAgain();
        sent.get(1).complete(refusal);
        assertThat(answer).isNotDone();
        sent.get(0).complete(DONE);

        assertThat(answer).isCompletedWithValue(DONE);
    }

    /** Another member has left, in order; the owner is there. */
    @ParameterizedTest
    @MethodSource("refusals")
    void aChangeThatWasRefusedEachTimeWasNotApplied(Outcome refusal) {
        CompletableFuture<Outcome> answer = send();

        dispatcher.sendAgain();
        sent.get(0).complete(refusal);
        sent.get(1).complete(refusal);

        assertThat(answer).isCompletedWithValue(refusal);
        dispatcher.sendAgain();
        assertThat(sent).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aChangeThatWasSentOnceAndRefusedWasNotApplied(Outcome refusal) {
        CompletableFuture<Outcome> answer = send();

        sent.get(0).complete(refusal);

        assertThat(answer).isCompletedWithValue(refusal);
    }

    private static List<Outcome> refusals() {
        return List.of(
                new Outcome.Stale(new Version(2, 1)),
                new Outcome.Absent(),
                new Outcome.TooLarge(1_000_000),
                new Outcome.Ahead());
    }

    @Test
    void whatIsAnsweredIsNotSentAgain() {
        CompletableFuture<Outcome> answer = send();
        sent.get(0).complete(DONE);

        dispatcher.sendAgain();

        assertThat(answer).isCompletedWithValue(DONE);
        assertThat(sent).hasSize(1);
    }

    @Test
    void oneFailureOfTwoSendsIsNoFailure() {
        CompletableFuture<Outcome> answer = send();
        dispatcher.sendAgain();

        sent.get(0).completeExceptionally(new IllegalStateException("broken"));
        assertThat(answer).isNotDone();
        sent.get(1).completeExceptionally(new IllegalStateException("broken too"));

        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void sendingEndsSomewhere() {
        CompletableFuture<Outcome> answer = send();

        for (int i = 0; i < ChangeDispatcher.SENDS; i++) {
            sent.get(i).completeExceptionally(ownerGone);
        }

        assertThat(sent).hasSize(ChangeDispatcher.SENDS);
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void whatCannotBeSentFailsTheAnswer() {
        assertThat(dispatcher.sendCopy(() -> {
                    throw new IllegalStateException("Hazelcast has stopped");
                }))
                .isCompletedExceptionally();
    }
}
