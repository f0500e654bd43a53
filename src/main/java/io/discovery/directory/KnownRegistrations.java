package io.discovery.directory;

import io.discovery.model.Buckets;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Registrations by bucket, each with its listing. Thread-safe; iterations are weakly consistent. */
final class KnownRegistrations {

    private final List<Map<InstanceKey, Known>> buckets = IntStream.range(0, Buckets.COUNT)
            .<Map<InstanceKey, Known>>mapToObj(bucket -> new ConcurrentHashMap<>(1))
            .toList();

    /** @param listing null for a tombstone */
    record Known(Registration registration, @Nullable Listing listing) {}

    /** Returns the bucket of a key, with a lock for each of its keys ({@link Map#compute}). */
    Map<InstanceKey, Known> bucketOf(InstanceKey key) {
        return buckets.get(Buckets.of(key));
    }

    @Nullable
    Registration find(InstanceKey key) {
        Known found = bucketOf(key).get(key);
        return found == null ? null : found.registration();
    }

    Iterable<Registration> all() {
        return () -> stream().map(Known::registration).iterator();
    }

    /** Returns all registrations with their listings. */
    Iterable<Known> entries() {
        return () -> stream().iterator();
    }

    private Stream<Known> stream() {
        return buckets.stream().flatMap(bucket -> bucket.values().stream());
    }

    Iterable<Registration> in(int bucket) {
        return () ->
                buckets.get(bucket).values().stream().map(Known::registration).iterator();
    }

    int size() {
        return buckets.stream().mapToInt(Map::size).sum();
    }
}
