package io.discovery.http;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Bodies of services with the seed's cache (CACHE_TYPE=simple) in front: a body is served again for CACHE_TTL while
 * nothing in it changed but the times of check-ins. A deleted, expired or changed host is never served from it, nor an
 * empty list. Safe for all threads.
 */
final class ServiceBodies {

    private final V1Json json;
    private final long ttlNanos;
    private final LongSupplier nanoTime;
    private final Map<String, Cached> cache = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt;

    private record Cached(Buffer body, ContentVersion version, long madeAt) {}

    /** @param ttl zero for no cache */
    ServiceBodies(V1Json json, Duration ttl, LongSupplier nanoTime) {
        this.json = json;
        this.ttlNanos = ttl.toNanos();
        this.nanoTime = nanoTime;
        this.sweptAt = new AtomicLong(nanoTime.getAsLong());
    }

    Buffer of(Snapshot snapshot) {
        if (ttlNanos == 0 || snapshot.listings().isEmpty()) {
            return json.service(snapshot);
        }
        long now = nanoTime.getAsLong();
        sweep(now);
        Cached cached = cache.get(snapshot.name());
        if (cached == null || isOld(cached, now) || !cached.version.equals(snapshot.version())) {
            cached = new Cached(json.service(snapshot), snapshot.version(), now);
            cache.put(snapshot.name(), cached);
        }
        return cached.body;
    }

    private boolean isOld(Cached cached, long now) {
        return now - cached.madeAt > ttlNanos;
    }

    /** Once a TTL: services that nobody reads any more take no room. */
    private void sweep(long now) {
        long last = sweptAt.get();
        if (now - last > ttlNanos && sweptAt.compareAndSet(last, now)) {
            cache.values().removeIf(cached -> isOld(cached, now));
        }
    }
}
