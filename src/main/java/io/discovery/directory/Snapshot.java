package io.discovery.directory;

import io.discovery.model.Lease;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What is listed of a service, or of a repo, until something changes, a lease ends, or expiry protection begins or ends.
 * Never changes; holds the renderings made of it, each made once.
 */
public final class Snapshot {

    private final String name;
    private final List<Listing> listings;
    private final ContentVersion version;
    private final int stale;
    private final Lease lease;
    private final long validUntilMicros;
    private final Map<Function<Snapshot, ?>, Object> renderings = new ConcurrentHashMap<>(2);

    /** @param lease by which they are listed */
    Snapshot(String name, List<Listing> listings, ContentVersion version, Lease lease, long validUntilMicros) {
        this.name = name;
        this.listings = List.copyOf(listings);
        this.version = version;
        this.stale = (int) listings.stream().filter(Listing::isStale).count();
        this.lease = lease;
        this.validUntilMicros = validUntilMicros;
    }

    static Snapshot empty(String name, Lease lease) {
        return new Snapshot(name, List.of(), ContentVersion.EMPTY, lease, Long.MAX_VALUE);
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

    /** How many of them expiry protection alone keeps listed; 0 while it is not active. */
    public int stale() {
        return stale;
    }

    /** The last moment at which nobody in it has lapsed or gone. */
    long validUntilMicros() {
        return validUntilMicros;
    }

    /** Whether it holds by this lease, and nobody in it has lapsed or gone; a reader asks nothing else of the time. */
    boolean isValid(Lease listing, long nowMicros) {
        return nowMicros <= validUntilMicros && listing.equals(lease);
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
