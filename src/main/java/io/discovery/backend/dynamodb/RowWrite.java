package io.discovery.backend.dynamodb;

import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Write;
import io.discovery.registry.StoredCopy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The write of one registration by optimistic concurrency control: a put on the condition that the item is the known
 * one, or that there is none. If the condition fails, DynamoDB returns the current item; then the merge of both is put
 * on the condition that this item is unchanged, and so on. So neither this write nor a concurrent one is lost.
 */
final class RowWrite {

    /** Failed conditions in a row that only a constant writer can cause. */
    private static final int ATTEMPTS = 6;

    private final Table table;
    private final ItemCodec codec;
    private final Retention retention;

    /** Deadline of further puts, by System.nanoTime. */
    private final long untilNanos;

    RowWrite(Table table, ItemCodec codec, Retention retention, long untilNanos) {
        this.table = table;
        this.codec = codec;
        this.retention = retention;
        this.untilNanos = untilNanos;
    }

    /**
     * Starts the write. The future completes with the item's newer registration, or null if it had nothing newer; or
     * with the SDK's exception, or a BackendException.
     */
    CompletableFuture<@Nullable Registration> start(Write write) {
        RowMerge first = new RowMerge(write.registration(), false, null);
        return put(write.registration(), first, condition(write), ATTEMPTS);
    }

    /**
     * Returns the first condition. An item of the seed has no digest, so it is always read and merged first: the seed
     * can change tags and leave the time of the check-in as it was.
     */
    private static Condition condition(Write write) {
        StoredCopy known = write.known();
        return known == null || isAfter(known.checkIn(), write.registration())
                ? Condition.ABSENT
                : Condition.digest(known.digest());
    }

    /** Returns whether the stored copy is newer; then this registration must not replace it. */
    private static boolean isAfter(@Nullable Version checkIn, Registration registration) {
        return checkIn != null && checkIn.isAfter(registration.lastVersion());
    }

    private CompletableFuture<@Nullable Registration> put(
            Registration given, RowMerge merge, Condition condition, int attemptsLeft) {
        PutItemRequest.Builder put = PutItemRequest.builder()
                .tableName(table.name())
                .item(codec.encode(merge.merged()))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
        return table.dynamo()
                .putItem(condition.on(put).build())
                .<@Nullable Registration>thenApply(stored -> merge.found())
                .exceptionallyCompose(failure -> afterFailure(given, Failures.unwrap(failure), attemptsLeft));
    }

    private CompletableFuture<@Nullable Registration> afterFailure(
            Registration given, Throwable failure, int attemptsLeft) {
        if (!(failure instanceof ConditionalCheckFailedException changed)) {
            return CompletableFuture.failedFuture(failure);
        }
        if (attemptsLeft == 1 || System.nanoTime() - untilNanos >= 0) {
            return CompletableFuture.failedFuture(new BackendException(
                    table.place() + ": the item of " + given.key() + " keeps changing; it will be tried again",
                    changed));
        }
        if (!changed.hasItem() || changed.item().isEmpty()) {
            return put(given, new RowMerge(given, false, null), Condition.ABSENT, attemptsLeft - 1);
        }
        return merge(given, changed.item(), attemptsLeft - 1);
    }

    private CompletableFuture<@Nullable Registration> merge(
            Registration given, Map<String, AttributeValue> item, int attemptsLeft) {
        RowMerge merge = RowMerge.of(given, item, codec, retention);
        return merge.isStored()
                ? CompletableFuture.completedFuture(merge.found())
                : put(given, merge, Condition.unchanged(item), attemptsLeft);
    }
}
