package io.discovery.store.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.internal.partition.IPartitionService;
import com.hazelcast.map.IMap;
import com.hazelcast.map.impl.proxy.MapProxyImpl;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Registration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls that bring changes to the owners of their keys.
 *
 * <p>It avoids {@code IMap.submitToKey} where possible: that hands each answer to the common pool, which copies it and
 * hands it on. That is one more change of threads, and as much work as the change itself. The method that it wraps is
 * public in {@link MapProxyImpl}, though not part of Hazelcast's API; if the map is of another class in a later
 * version, this class uses the API.
 */
final class OwnerInvoker {

    private final IMap<String, Registration> map;
    private final LongSupplier ttlSeconds;

    /** @param ttlSeconds minimum time for which the map keeps a changed entry; housekeeping only */
    OwnerInvoker(IMap<String, Registration> map, LongSupplier ttlSeconds) {
        this.map = map;
        this.ttlSeconds = ttlSeconds;
    }

    /**
     * Sends a change, and returns the outcome, on any thread of Hazelcast that receives it; that thread must not be
     * blocked. May throw.
     *
     * @param trace of the change; empty if it has none
     */
    CompletionStage<Outcome> apply(Change change, String trace) {
        ApplyChange processor = new ApplyChange(change, ttlSeconds.getAsLong(), trace);
        String key = change.key().toString();
        return map instanceof MapProxyImpl<?, ?> proxy
                ? direct(proxy, key, processor)
                : map.submitToKey(key, processor).thenApply(processor::outcome);
    }

    /** Returns a member's address as its peers name it. */
    static String nameOf(Address member) {
        return member.getHost() + ":" + member.getPort();
    }

    /** Returns the address of the member with the copy of a key that is acknowledged; empty if it is not known. */
    String backupOf(String key) {
        if (map instanceof MapProxyImpl<?, ?> proxy) {
            IPartitionService partitions = proxy.getNodeEngine().getPartitionService();
            Address backup =
                    partitions.getPartition(partitions.getPartitionId(key)).getReplicaAddress(1);
            return backup == null ? "" : nameOf(backup);
        }
        return "";
    }

    @SuppressWarnings("FutureReturnValueIgnored") // each failure completes the outcome
    private static CompletionStage<Outcome> direct(MapProxyImpl<?, ?> proxy, String key, ApplyChange processor) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        proxy.executeOnKeyInternal(key, processor)
                .whenCompleteAsync(
                        (answer, failure) -> complete(outcome, proxy, processor, answer, failure), Runnable::run);
        return outcome;
    }

    private static void complete(
            CompletableFuture<Outcome> outcome,
            MapProxyImpl<?, ?> proxy,
            ApplyChange processor,
            @Nullable Object answer,
            @Nullable Throwable failure) {
        if (failure != null) {
            outcome.completeExceptionally(failure);
            return;
        }
        try {
            outcome.complete(processor.outcome(
                    answer == null ? null : proxy.getNodeEngine().toObject(answer)));
        } catch (RuntimeException unreadable) {
            outcome.completeExceptionally(unreadable);
        }
    }
}
