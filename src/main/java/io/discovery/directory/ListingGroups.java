package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import io.discovery.model.InstanceKey;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The groups of listings of one kind, by the name of a service or of a repo. A group lasts while it has a listing.
 * Thread-safe.
 */
final class ListingGroups<N> {

    private final CacheBudget budget;
    private final Consumer<N> created;
    private final Consumer<N> removed;
    private final Map<N, ListingGroup> groups = new ConcurrentHashMap<>();

    /**
     * @param budget memory for lists, and for renderings of them
     * @param created told of each new group, before a reader sees it
     * @param removed told of each group that has ended; as {@code created} called under a lock of the name
     */
    ListingGroups(CacheBudget budget, Consumer<N> created, Consumer<N> removed) {
        this.budget = budget;
        this.created = created;
        this.removed = removed;
    }

    /**
     * Moves the listing of an instance from one group to another, or replaces it.
     *
     * @param from null if no group lists it
     * @param to null if no group lists it any more
     * @param listing null with {@code to}
     */
    void move(InstanceKey key, @Nullable N from, @Nullable N to, @Nullable Listing listing) {
        if (from != null && !from.equals(to)) {
            groups.computeIfPresent(from, (name, group) -> {
                group.remove(key);
                if (group.isEmpty()) {
                    removed.accept(name);
                    return null;
                }
                return group;
            });
        }
        if (to != null && listing != null) {
            groups.compute(to, (name, group) -> {
                ListingGroup joined = group == null ? create(name) : group;
                joined.put(listing);
                return joined;
            });
        }
    }

    private ListingGroup create(N name) {
        created.accept(name);
        return new ListingGroup(name.toString(), budget);
    }

    @Nullable
    ListingGroup get(N name) {
        return groups.get(name);
    }

    Collection<ListingGroup> all() {
        return groups.values();
    }
}
