package io.discovery.v1;

import com.github.benmanes.caffeine.cache.Cache;
import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.http.Response;
import io.discovery.memory.CacheBudget;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The seed's cache of lists (CACHE_TYPE=simple): it serves a list again for CACHE_TTL while only times of check-ins
 * change in it. It never serves a deleted, expired or changed host, nor an empty list. Thread-safe.
 */
final class SeedListCache implements Function<Snapshot, Response> {

    private final Function<Snapshot, Response> made;
    private final Duration ttl;
    private final CacheBudget budget;
    private final Cache<String, Cached> cache;

    private final class Cached {

        private final Response response;
        private final ContentVersion version;
        private final CacheBudget.Entry kept;

        private Cached(Snapshot snapshot) {
            this.response = made.apply(snapshot);
            this.version = snapshot.version();
            // Not the snapshot, whose hosts hold bytes of older lists.
            String name = snapshot.name();
            this.kept = budget.entry(() -> cache.asMap().remove(name, this));
        }
    }

    /**
     * @param made makes the current list
     * @param ttl zero for no cache
     * @param budget memory for lists that are out of date
     */
    SeedListCache(Function<Snapshot, Response> made, Duration ttl, CacheBudget budget, LongSupplier nanoTime) {
        this.made = made;
        this.ttl = ttl;
        this.budget = budget;
        this.cache = ExpiringCache.of(ttl, cached -> cached.kept, nanoTime);
    }

    @Override
    public Response apply(Snapshot snapshot) {
        if (ttl.isZero() || snapshot.listings().isEmpty()) {
            return made.apply(snapshot);
        }
        Cached cached = cache.getIfPresent(snapshot.name());
        if (cached == null || !cached.version.equals(snapshot.version())) {
            cached = new Cached(snapshot);
            cache.put(snapshot.name(), cached);
            cached.kept.keep(cached.response.body().length());
        }
        cached.kept.use();
        return cached.response;
    }
}
