package io.discovery.backend.dynamodb;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.RejectedException;
import io.discovery.registry.StorageBackend.Write;
import io.discovery.registry.StorageBackend.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The write of one batch to the table: as many items at a time as there are connections. When nothing answers, or the
 * batch takes too long, the items not begun are refused; so a batch takes {@link #BATCH} and a call's timeout at most.
 */
final class BatchWrite {

    private static final Duration BATCH = Duration.ofSeconds(10);

    private final Table table;
    private final ItemCodec codec;

    private final Semaphore connections;
    private final long untilNanos = System.nanoTime() + BATCH.toNanos();
    private final RowWrite row;

    private final Map<InstanceKey, BackendException> refused = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Registration> found = new ConcurrentLinkedQueue<>();

    /** The reason for refusing the remaining items, or null. */
    private volatile @Nullable BackendException end;

    BatchWrite(Table table, ItemCodec codec, Retention retention) {
        this.table = table;
        this.codec = codec;
        this.connections = new Semaphore(table.settings().connections());
        this.row = new RowWrite(table, codec, retention, untilNanos);
    }

    /**
     * Writes the batch.
     *
     * @throws BackendException if nothing was written, and a retry may help
     */
    Written run(Collection<Write> writes) {
        List<CompletableFuture<?>> begun = new ArrayList<>();
        for (Write write : writes) {
            BackendException reason = whyNotBegin();
            if (reason == null) {
                begun.add(begin(write.registration(), write));
            } else {
                refused.put(write.registration().key(), reason);
            }
        }
        CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).join();
        failIfAllFailed(writes.size());
        return new Written(refused, List.copyOf(found));
    }

    /** Waits for a connection; returns null once there is one. */
    private @Nullable BackendException whyNotBegin() {
        try {
            long nanosLeft = untilNanos - System.nanoTime();
            if (end == null && (nanosLeft <= 0 || !connections.tryAcquire(nanosLeft, TimeUnit.NANOSECONDS))) {
                end = late();
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            end = new BackendException("interrupted while writing to " + table.place(), ending);
        }
        return end;
    }

    private BackendException late() {
        String message = table.place() + " does not take a batch within " + BATCH.toSeconds() + " seconds";
        return new BackendException(message, new IllegalStateException(message));
    }

    /** Starts a write, whose future never fails: the result is recorded here. */
    private CompletableFuture<?> begin(Registration given, Write write) {
        return CompletableFuture.completedFuture(write).thenCompose(row::start).handle((newer, failure) -> {
            connections.release();
            if (failure != null) {
                failed(given, Failures.unwrap(failure));
            } else if (newer != null) {
                found.add(newer);
            }
            return null;
        });
    }

    private void failed(Registration given, Throwable failure) {
        BackendException refusal = refusal(given, failure);
        refused.put(given.key(), refusal);
        if (Failures.isSilence(failure)) {
            end = refusal;
        }
    }

    private BackendException refusal(Registration given, Throwable failure) {
        if (failure instanceof BackendException ours) {
            return ours;
        }
        return Failures.isRejection(failure)
                ? new RejectedException(
                        Failures.explain(table.place(), failure) + "; the registration of " + given.key() + " has "
                                + ItemCodec.bytes(codec.encode(given)) + " bytes",
                        failure)
                : Failures.toBackendException(table.place(), failure);
    }

    private void failIfAllFailed(int count) {
        boolean canHelp = refused.values().stream().noneMatch(RejectedException.class::isInstance);
        if (count > 0 && refused.size() == count && canHelp) {
            throw refused.values().iterator().next();
        }
    }
}
