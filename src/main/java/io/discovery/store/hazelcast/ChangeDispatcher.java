package io.discovery.store.hazelcast;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Changes on their way to the owners of their keys, sent again where an owner or a backup was lost meanwhile.
 *
 * <p>Hazelcast, told to fail on an indeterminate state, gives up a call whose owner has gone, and waits 5 s for the
 * confirmation of a backup that has gone: longer than any client. A change may simply be sent again, because it knows its
 * own version: where it has arrived already, it answers as the first time and is backed up anew. Safe for all threads.
 */
final class ChangeDispatcher {

    /** How often one change is sent at most: members rarely leave at such a rate. */
    static final int SENDS = 4;

    private final Function<Change, CompletionStage<Outcome>> owners;
    private final Set<Delivery> underWay = ConcurrentHashMap.newKeySet();

    /** @param owners brings a change to the owner of its key; may throw */
    ChangeDispatcher(Function<Change, CompletionStage<Outcome>> owners) {
        this.owners = owners;
    }

    /** The first good answer, or, once there is none to come, a failure. */
    CompletableFuture<Outcome> send(Change change) {
        Delivery delivery = new Delivery(change);
        underWay.add(delivery);
        delivery.send();
        return delivery.answer;
    }

    /** Sends again what is under way: a member has gone, and with it perhaps an owner or a backup. */
    void sendAgain() {
        underWay.forEach(Delivery::send);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private final class Delivery {
        private final Change change;
        private final CompletableFuture<Outcome> answer = new CompletableFuture<>();
        private final AtomicInteger sends = new AtomicInteger();
        /** Sends of which there is no word yet. */
        private final AtomicInteger open = new AtomicInteger();

        Delivery(Change change) {
            this.change = change;
        }

        void send() {
            if (answer.isDone() || sends.getAndIncrement() >= SENDS) {
                return;
            }
            open.incrementAndGet();
            try {
                owners.apply(change).whenComplete((outcome, failure) -> {
                    if (failure == null) {
                        underWay.remove(this);
                        answer.complete(outcome);
                    } else {
                        failed(cause(failure));
                    }
                });
            } catch (RuntimeException refused) {
                failed(refused);
            }
        }

        private void failed(Throwable failure) {
            // Before it counts as failed, so that a delivery with another send does not.
            if (failure instanceof IndeterminateOperationStateException) {
                send();
            }
            if (open.decrementAndGet() == 0) {
                underWay.remove(this);
                answer.completeExceptionally(failure);
            }
        }
    }
}
