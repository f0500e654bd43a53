package io.discovery.store.hazelcast;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.discovery.model.Change.Outcome;
import io.discovery.model.RegistryException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The sending of changes, and of copies that are given back, to the owners of their keys. It sends them again if an
 * owner or a backup was lost meanwhile.
 *
 * <p>Hazelcast, told to fail on an indeterminate state, gives up a call whose owner has gone, and waits 5 s for the
 * confirmation of a backup that has gone: longer than any client. A change may simply be sent again, because it knows
 * its own version: where it has arrived already, the answer is the same as the first time and the change is backed up
 * again. A refusal is no answer to a change that was sent twice: the other one may have been applied, or may be yet. A copy may be sent again too, because it is merged. Thread-safe.
 */
final class ChangeDispatcher {

    /** Maximum number of sends of one change: members rarely leave at such a rate. */
    static final int SENDS = 4;

    private final Set<Delivery<?>> underWay = ConcurrentHashMap.newKeySet();

    /** Sends a change as {@link #send} does, and fails with {@code OutcomeUnknown} if it was sent twice and refused once. */
    CompletableFuture<Outcome> sendChange(Supplier<? extends CompletionStage<Outcome>> sending) {
        Delivery<Outcome> delivery = new Delivery<>(sending);
        return begin(delivery)
                .thenCompose(outcome -> outcome instanceof Outcome.Applied || delivery.sends.get() == 1
                        ? CompletableFuture.completedFuture(outcome)
                        : CompletableFuture.failedFuture(new RegistryException.OutcomeUnknown(
                                "a member has gone that may have made the change, and the next one did not")));
    }

    /**
     * Sends until there is an answer: the first success, or a failure when no send is left that could succeed.
     *
     * @param sending brings the same to the owner of its key each time, which must be harmless; may throw
     */
    <T> CompletableFuture<T> send(Supplier<? extends CompletionStage<T>> sending) {
        return begin(new Delivery<>(sending));
    }

    private <T> CompletableFuture<T> begin(Delivery<T> delivery) {
        underWay.add(delivery);
        delivery.send();
        return delivery.answer;
    }

    /** Sends all changes under way again: a member has gone, and with it perhaps an owner or a backup. */
    void sendAgain() {
        underWay.forEach(Delivery::send);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private final class Delivery<T> {
        private final Supplier<? extends CompletionStage<T>> sending;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private final AtomicInteger sends = new AtomicInteger();
        /** Number of sends without an answer yet. */
        private final AtomicInteger open = new AtomicInteger();

        Delivery(Supplier<? extends CompletionStage<T>> sending) {
            this.sending = sending;
        }

        void send() {
            if (answer.isDone() || sends.getAndIncrement() >= SENDS) {
                return;
            }
            open.incrementAndGet();
            try {
                sending.get().whenComplete((outcome, failure) -> {
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
            // Send again before this send counts as failed, so that a delivery with another send does not end.
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
