package io.discovery.member;

import io.discovery.directory.Directory;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.ReadCopy;
import io.discovery.subscription.Subscriptions;
import java.util.Collection;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The directory as the use cases see it: neither package knows the other.
 *
 * @param restoring runs a task that brings rows of the durable copy
 * @param showing merges a single registration
 */
public record DirectoryReadCopy(
        Directory directory,
        Subscriptions subscriptions,
        BiConsumer<Collection<Registration>, Runnable> restoring,
        Consumer<Registration> showing)
        implements ReadCopy {

    /** Creates a copy that treats rows of the durable copy like all others. */
    public DirectoryReadCopy(Directory directory, Subscriptions subscriptions) {
        this(directory, subscriptions, (rows, task) -> task.run(), directory::merge);
    }

    @Override
    public void merge(Registration registration) {
        showing.accept(registration);
    }

    @Override
    public void mergeAll(Collection<Registration> registrations) {
        if (registrations.isEmpty()) {
            return;
        }
        subscriptions.together(() -> registrations.forEach(directory::merge));
    }

    @Override
    public void restore(Collection<Registration> rows, Runnable task) {
        restoring.accept(rows, task);
    }

    @Override
    public void replace(Registration held, Registration replacement) {
        directory.replace(held, replacement);
    }

    @Override
    public @Nullable Registration find(InstanceKey key) {
        return directory.find(key);
    }

    @Override
    public Iterable<Registration> all() {
        return directory.all();
    }

    @Override
    public Iterable<Registration> inBucket(int bucket) {
        return directory.inBucket(bucket);
    }

    @Override
    public long[] digests(Comparison comparison) {
        return directory.digests(comparison);
    }
}
