package io.discovery.v1;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.http.Response;
import io.discovery.memory.CacheBudget;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The seed's cache of lists (CACHE_TYPE=simple): it serves a list again for CACHE_TTL while only times of check-ins
 * change in it. It never serves a deleted, expired or changed host, nor an empty list. Thread-safe.
 */
final class SeedListCache implements Function<Snapshot, Response> {

    private final Function<Snapshot, Response> made;
    private final long ttlNanos;
    private final CacheBudget budget;
    private final LongSupplier nanoTime;
    private final Map<String, Cached> cache = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt;

    private final class Cached {

        private final Response response;
        private final ContentVersion version;
        private final long madeAt;
        private final CacheBudget.Entry kept;

        private Cached(Snapshot snapshot, long madeAt) {
            this.response = made.apply(snapshot);
            this.version = snapshot.version();
            this.madeAt = madeAt;
            // Not the snapshot, whose hosts hold bytes of older lists.
            String name = snapshot.name();
            this.kept = budget.entry(() -> cache.remove(name, this));
        }
    }

    /**
     * @param made makes the current list
     * @param ttl zero for no cache
     * @param budget memory for lists that are out of date
     */
    SeedListCache(Function<Snapshot, Response> made, Duration ttl, CacheBudget budget, LongSupplier nanoTime) {
        this.made = made;
        this.ttlNanos = ttl.toNanos();
        this.budget = budget;
        this.nanoTime = nanoTime;
        this.sweptAt = new AtomicLong(nanoTime.getAsLong());
    }

    @Override
    public Response apply(Snapshot snapshot) {
        if (ttlNanos == 0 || snapshot.listings().isEmpty()) {
            return made.apply(snapshot);
        }
        long now = nanoTime.getAsLong();
        sweep(now);
        Cached cached = cache.get(snapshot.name());
        if (cached == null || isOld(cached, now) || !cached.version.equals(snapshot.version())) {
            cached = new Cached(snapshot, now);
            Cached before = cache.put(snapshot.name(), cached);
            if (before != null) {
                before.kept.release();
            }
            cached.kept.keep(cached.response.body().length());
        }
        cached.kept.use();
        return cached.response;
    }

    private boolean isOld(Cached cached, long now) {
        return now - cached.madeAt > ttlNanos;
    }

    /** Removes, once a TTL, lists that clients no longer read. */
    private void sweep(long now) {
        long last = sweptAt.get();
        if (now - last > ttlNanos && sweptAt.compareAndSet(last, now)) {
            cache.values().removeIf(cached -> isUnread(cached, now));
        }
    }

    private boolean isUnread(Cached cached, long now) {
        boolean isUnread = isOld(cached, now);
        if (isUnread) {
            cached.kept.release();
        }
        return isUnread;
    }
}
