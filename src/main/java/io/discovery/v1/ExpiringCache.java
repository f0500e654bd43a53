package io.discovery.v1;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.discovery.memory.CacheBudget;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Caches of lists by name, whose entries expire, and whose memory a {@link CacheBudget} limits. */
final class ExpiringCache {

    private ExpiringCache() {}

    /**
     * Returns an empty cache.
     *
     * @param kept time after which an entry is removed
     * @param place the entry's place in the budget, which the cache releases when it removes the entry
     */
    static <T> Cache<String, T> of(Duration kept, Function<T, CacheBudget.Entry> place, LongSupplier nanoTime) {
        return Caffeine.newBuilder()
                .expireAfterWrite(kept)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .<String, T>removalListener((name, entry, cause) -> {
                    if (entry != null) {
                        place.apply(entry).release();
                    }
                })
                .build();
    }
}
