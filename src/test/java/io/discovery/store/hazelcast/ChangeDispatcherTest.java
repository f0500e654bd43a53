package io.discovery.store.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.discovery.model.Change.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChangeDispatcherTest {

    private static final Outcome DONE = new Outcome.Absent();
    private final RuntimeException ownerGone = new IndeterminateOperationStateException("the owner has gone");

    /** The changes that were sent, in order; the test answers them. */
    private final List<CompletableFuture<Outcome>> sent = new ArrayList<>();

    private final ChangeDispatcher dispatcher = new ChangeDispatcher();

    private CompletableFuture<Outcome> send() {
        return dispatcher.send(() -> {
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
        assertThat(dispatcher.send(() -> {
                    throw new IllegalStateException("Hazelcast has stopped");
                }))
                .isCompletedExceptionally();
    }
}
