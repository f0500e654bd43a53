package io.discovery.directory;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What is listed of a service, or of a repo, until something changes or a lease ends. Never changes; holds the
 * renderings made of it, each made once.
 */
public final class Snapshot {

    private final String name;
    private final List<Listing> listings;
    private final ContentVersion version;
    private final long validUntilMicros;
    private final Map<Function<Snapshot, ?>, Object> renderings = new ConcurrentHashMap<>(2);

    Snapshot(String name, List<Listing> listings, ContentVersion version, long validUntilMicros) {
        this.name = name;
        this.listings = List.copyOf(listings);
        this.version = version;
        this.validUntilMicros = validUntilMicros;
    }

    static Snapshot empty(String name) {
        return new Snapshot(name, List.of(), ContentVersion.EMPTY, Long.MAX_VALUE);
    }

    /** Of the service, or of the repo. */
    public String name() {
        return name;
    }

    /** In the order of addresses as text, then ports, then services. */
    public List<Listing> listings() {
        return listings;
    }

    public ContentVersion version() {
        return version;
    }

    /** Whether every lease in it still runs; a reader asks nothing else of the time. */
    boolean isValid(long nowMicros) {
        return nowMicros <= validUntilMicros;
    }

    /**
     * What {@code renderer} makes of this snapshot, made by the first who asks.
     *
     * @param renderer identifies the rendering: always the same object for the same rendering
     */
    @SuppressWarnings("unchecked") // a renderer's result is stored under the renderer
    public <T> T rendered(Function<Snapshot, T> renderer) {
        return (T) renderings.computeIfAbsent(renderer, r -> renderer.apply(this));
    }
}
