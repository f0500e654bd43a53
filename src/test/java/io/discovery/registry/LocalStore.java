package io.discovery.registry;

import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.vertx.core.Future;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The registry in one process: what the ports mean, in the fewest lines. Held to the same contract as the cluster's.
 */
public final class LocalStore implements RegistrationStore, RegistrationCopies {

    private final Map<Object, Registration> stored = new HashMap<>();
    private final Lease lease;
    private final LongSupplier nowMicros;
    /** Makes every offer fail without an answer. */
    public volatile boolean down;

    public LocalStore(Lease lease, LongSupplier nowMicros) {
        this.lease = lease;
        this.nowMicros = nowMicros;
    }

    @Override
    public synchronized Future<Outcome> apply(Change change) {
        Outcome outcome = change.applyTo(stored.get(change.key()));
        if (outcome instanceof Outcome.Applied applied) {
            stored.put(change.key(), applied.registration());
        }
        return Future.succeededFuture(outcome);
    }

    @Override
    public Future<Void> restore(Registration copy) {
        offer(List.of(copy));
        return Future.succeededFuture();
    }

    @Override
    public synchronized long[] digests(Comparison comparison) {
        return Fixtures.digests(stored.values(), comparison);
    }

    @Override
    public synchronized List<Registration> read(BitSet buckets) {
        return stored.values().stream()
                .filter(registration -> buckets.get(Buckets.of(registration.key())))
                .toList();
    }

    @Override
    public synchronized int offer(Collection<Registration> copies) {
        if (down) {
            throw new IllegalStateException("down");
        }
        int changed = 0;
        for (Registration copy : copies) {
            @Nullable Registration before = stored.get(copy.key());
            Registration merged =
                    copy.countedBeside(before, nowMicros.getAsLong()).mergedInto(before);
            if (lease.isKept(copy, nowMicros.getAsLong()) && !merged.equals(before)) {
                stored.put(copy.key(), merged);
                changed++;
            }
        }
        return changed;
    }

    /** Forgets a registration, as only a fault does. */
    public synchronized void lose(Registration registration) {
        stored.remove(registration.key());
    }
}
