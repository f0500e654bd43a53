package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChangeDispatcherTest {

    private static final Change CHANGE = new Change.Deregister(key("svc", 1), new Version(1, 1), LEASE);
    private static final Outcome DONE = new Outcome.Absent();
    private final RuntimeException ownerGone = new IndeterminateOperationStateException("the owner has gone");

    /** What was sent, in order; the test answers. */
    private final List<CompletableFuture<Outcome>> sent = new ArrayList<>();

    private final ChangeDispatcher deliveries = new ChangeDispatcher(change -> {
        CompletableFuture<Outcome> stage = new CompletableFuture<>();
        sent.add(stage);
        return stage;
    });

    @Test
    void aChangeWhoseOwnerHasGoneIsSentToTheNext() {
        CompletableFuture<Outcome> answer = deliveries.send(CHANGE);

        sent.get(0).completeExceptionally(ownerGone);
        assertThat(answer).isNotDone();
        sent.get(1).complete(DONE);

        assertThat(answer).isCompletedWithValue(DONE);
    }

    @Test
    void whatIsUnderWayWhenAMemberGoesIsSentAgainAndTheFirstAnswerCounts() {
        CompletableFuture<Outcome> answer = deliveries.send(CHANGE);

        deliveries.sendAgain();
        assertThat(sent).hasSize(2);
        sent.get(1).complete(DONE);

        assertThat(answer).isCompletedWithValue(DONE);
        sent.get(0).completeExceptionally(ownerGone);
        assertThat(sent).hasSize(2);
    }

    @Test
    void whatIsAnsweredIsNotSentAgain() {
        CompletableFuture<Outcome> answer = deliveries.send(CHANGE);
        sent.get(0).complete(DONE);

        deliveries.sendAgain();

        assertThat(answer).isCompletedWithValue(DONE);
        assertThat(sent).hasSize(1);
    }

    @Test
    void oneFailureOfTwoSendsIsNoFailure() {
        CompletableFuture<Outcome> answer = deliveries.send(CHANGE);
        deliveries.sendAgain();

        sent.get(0).completeExceptionally(new IllegalStateException("broken"));
        assertThat(answer).isNotDone();
        sent.get(1).completeExceptionally(new IllegalStateException("broken too"));

        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void sendingEndsSomewhere() {
        CompletableFuture<Outcome> answer = deliveries.send(CHANGE);

        for (int i = 0; i < ChangeDispatcher.SENDS; i++) {
            sent.get(i).completeExceptionally(ownerGone);
        }

        assertThat(sent).hasSize(ChangeDispatcher.SENDS);
        assertThat(answer).isCompletedExceptionally();
    }

    @Test
    void whatCannotBeSentFailsTheAnswer() {
        ChangeDispatcher stopped = new ChangeDispatcher(change -> {
            throw new IllegalStateException("Hazelcast has stopped");
        });

        assertThat(stopped.send(CHANGE)).isCompletedExceptionally();
    }
}
