package io.discovery.store.hazelcast;

import com.hazelcast.core.IndeterminateOperationStateException;
import io.discovery.model.Change.Outcome;
import io.discovery.model.RegistryException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sending of changes, and of copies that are given back, to the owners of their keys. It sends them again if an
 * owner or a backup was lost meanwhile.
 *
 * <p>Hazelcast, told to fail on an indeterminate state, gives up a call whose owner has gone, and waits 5 s for the
 * confirmation of a backup that has gone: longer than any client. A change may simply be sent again, because it knows
 * its own version: where it has arrived already, the answer is the same as the first time and the change is backed up
 * again. A refusal is no answer while another send is under way, or if one has failed: that one may have been applied,
 * or may be yet. A copy may be sent again too, because it is merged. Thread-safe.
 */
final class ChangeDispatcher {

    /** Maximum number of sends of one change: members rarely leave at such a rate. */
    static final int SENDS = 4;

    private final Set<Delivery<?>> underWay = ConcurrentHashMap.newKeySet();

    /**
     * Sends a change until there is an answer: the first that the change was applied, or the refusals of all sends, or a
     * failure when no send is left that could succeed. Fails with {@code OutcomeUnknown} if one send failed and another was
     * refused.
     *
     * @param sending brings the same change to the owner of its key each time, which must be harmless; may throw
     */
    CompletableFuture<Outcome> sendChange(Supplier<? extends CompletionStage<Outcome>> sending) {
        return send(sending, Outcome.Applied.class::isInstance);
    }

    /**
     * Sends a copy until there is an answer: the first success, or a failure when no send is left that could succeed.
     *
     * @param sending brings the same copy to the owner of its key each time; may throw
     */
    <T> CompletableFuture<T> sendCopy(Supplier<? extends CompletionStage<T>> sending) {
        return send(sending, answer -> true);
    }

    private <T> CompletableFuture<T> send(
            Supplier<? extends CompletionStage<T>> sending, Predicate<? super T> isSuccess) {
        Delivery<T> delivery = new Delivery<>(sending, isSuccess);
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
        private final Predicate<? super T> isSuccess;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        // Guarded by this.
        private int sends;
        /** Number of sends without an answer yet. */
        private int open;

        private boolean isOver;
        private @Nullable T refusal;
        private @Nullable Throwable failure;

        Delivery(Supplier<? extends CompletionStage<T>> sending, Predicate<? super T> isSuccess) {
            this.sending = sending;
            this.isSuccess = isSuccess;
        }

        void send() {
            if (!begin()) {
                return;
            }
            try {
                sending.get().whenComplete((outcome, failed) -> {
                    if (failed == null) {
                        answered(outcome);
                    } else {
                        failed(cause(failed));
                    }
                });
            } catch (RuntimeException refused) {
                failed(refused);
            }
        }

        private synchronized boolean begin() {
            if (isOver || sends == SENDS) {
                return false;
            }
            sends++;
            open++;
            return true;
        }

        private void answered(T outcome) {
            if (isSuccess.test(outcome)) {
                synchronized (this) {
                    isOver = true;
                }
                underWay.remove(this);
                answer.complete(outcome);
            } else {
                note(outcome, null);
                end();
            }
        }

        private void failed(Throwable failed) {
            note(null, failed);
            // Send again before this send counts as failed, so that a delivery with another send does not end.
            if (failed instanceof IndeterminateOperationStateException) {
                send();
            }
            end();
        }

        private synchronized void note(@Nullable T refused, @Nullable Throwable failed) {
            refusal = refused == null ? refusal : refused;
            failure = failed == null ? failure : failed;
        }

        private void end() {
            T refused;
            Throwable failed;
            synchronized (this) {
                open--;
                if (open > 0 || isOver) {
                    return;
                }
                isOver = true;
                refused = refusal;
                failed = failure;
            }
            underWay.remove(this);
            if (failed == null) {
                answer.complete(refused);
            } else {
                answer.completeExceptionally(
                        refused == null
                                ? failed
                                : new RegistryException.OutcomeUnknown(
                                        "a member has gone that may have made the change, and the next one refused it"));
            }
        }
    }
}
