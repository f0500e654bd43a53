package io.discovery.registry;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A backend that keeps rows in this process, can be down, and can refuse one key. */
final class ListedBackend implements StorageBackend {

    final Map<InstanceKey, Registration> rows = new ConcurrentHashMap<>();
    final List<Collection<Registration>> batches = new CopyOnWriteArrayList<>();
    volatile boolean down;
    volatile boolean closed;
    volatile @Nullable InstanceKey refused;

    @Override
    public Scope scope() {
        return Scope.MEMBER;
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
        rows.values().forEach(registrations);
    }

    @Override
    public Written write(Collection<Write> writes) {
        failIfDown();
        List<Registration> registrations =
                writes.stream().map(Write::registration).toList();
        batches.add(new ArrayList<>(registrations));
        for (Registration registration : registrations) {
            if (!registration.key().equals(refused)) {
                rows.merge(registration.key(), registration, Registration::merge);
            }
        }
        InstanceKey key = refused;
        boolean given = registrations.stream()
                .anyMatch(registration -> registration.key().equals(key));
        return key == null || !given
                ? Written.ALL
                : new Written(Map.of(key, new BackendException("refused " + key, new Exception())), List.of());
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
