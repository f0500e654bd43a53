package io.discovery.registry;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A backend that keeps rows in this process, can be down, and can refuse or reject one key. */
public final class ListedBackend implements StorageBackend {

    public final Map<InstanceKey, Registration> rows = new ConcurrentHashMap<>();
    public final List<Collection<Registration>> batches = new CopyOnWriteArrayList<>();
    public volatile boolean down;
    public volatile boolean closed;
    /** The next writes fail, so many of them. */
    public final AtomicInteger failingWrites = new AtomicInteger();

    volatile Damage damage = Damage.NONE;
    /** A scan fails after so many rows. */
    public volatile int breaksAfter = Integer.MAX_VALUE;

    public volatile @Nullable InstanceKey refused;
    public volatile @Nullable InstanceKey rejected;
    /** Rows that are there although a scan misses them. */
    public final List<InstanceKey> overlooked = new CopyOnWriteArrayList<>();

    @Override
    public Scope scope() {
        return Scope.SHARED;
    }

    @Override
    public String description() {
        return "rows in this process";
    }

    @Override
    public void open() {}

    @Override
    public void scan(Consumer<Registration> registrations) {
        failIfDown();
        int given = 0;
        for (Registration row : rows.values()) {
            if (given++ == breaksAfter) {
                throw new BackendException("broken in the middle", new Exception());
            }
            if (!overlooked.contains(row.key())) {
                registrations.accept(row);
            }
        }
    }

    @Override
    public Damage damage() {
        return damage;
    }

    @Override
    public boolean holds(InstanceKey key) {
        failIfDown();
        return rows.containsKey(key);
    }

    @Override
    public Written write(Collection<Write> writes) {
        failIfDown();
        if (failingWrites.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new BackendException("busy", new Exception());
        }
        batches.add(writes.stream().map(Write::registration).toList());
        Map<InstanceKey, BackendException> notWritten = new HashMap<>();
        List<Registration> found = new ArrayList<>();
        for (Write write : writes) {
            Registration given = write.registration();
            if (given.key().equals(refused)) {
                notWritten.put(given.key(), new BackendException("refused " + given.key(), new Exception()));
            } else if (given.key().equals(rejected)) {
                notWritten.put(given.key(), new RejectedException("rejected " + given.key(), new Exception()));
            } else {
                Registration row = rows.get(given.key());
                Registration merged = given.mergedInto(row);
                rows.put(given.key(), merged);
                if (row != null && !merged.equals(given)) {
                    found.add(row);
                }
            }
        }
        return new Written(notWritten, found);
    }

    private void failIfDown() {
        if (down) {
            throw new BackendException("down", new Exception());
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
