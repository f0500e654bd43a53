package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Lease;
import java.util.List;
import java.util.function.Function;

/**
 * The listed instances of a service, or of a repo, until a change, the end of a lease, or the begin or end of expiry
 * protection. Immutable; caches its renderings, each rendered once.
 */
public final class Snapshot {

    /**
     * Bytes of a list without hosts: the object, its version, its entry in the budget and the maps of its renderings.
     * Measured.
     */
    private static final int BARE = 400;
    /** Bytes of a host in a list: a reference. */
    private static final int HOST = 4;
    /**
     * Bytes of a character of the name: the head of a list has the name in JSON, where a character may take six bytes,
     * and no host counts that.
     */
    private static final int CHARACTER = 6;

    private final String name;
    private final List<Listing> listings;
    private final ContentVersion version;
    private final int stale;
    private final Lease lease;
    private final long validUntilMicros;
    private final RenderCache renderings;
    private final RenderCache ofContent;
    private final CacheBudget.Entry kept;

    /**
     * @param renderings renderings of this list alone
     * @param ofContent renderings of the same content so far
     * @param lease lease by which the instances are listed
     * @param place creates the entry of this list in the budget
     */
    Snapshot(
            String name,
            List<Listing> listings,
            ContentVersion version,
            RenderCache renderings,
            RenderCache ofContent,
            Lease lease,
            long validUntilMicros,
            Function<Snapshot, CacheBudget.Entry> place) {
        this.name = name;
        this.listings = List.copyOf(listings);
        this.version = version;
        this.renderings = renderings;
        this.ofContent = ofContent;
        this.stale = (int) listings.stream().filter(Listing::isStale).count();
        this.lease = lease;
        this.validUntilMicros = validUntilMicros;
        this.kept = place.apply(this);
    }

    static Snapshot empty(String name, Lease lease) {
        return new Snapshot(
                name,
                List.of(),
                ContentVersion.EMPTY,
                RenderCache.passing(),
                RenderCache.passing(),
                lease,
                Long.MAX_VALUE,
                unkept -> RenderCache.NO_MATTER.entry(() -> {}));
    }

    /** Returns the name of the service or the repo. */
    public String name() {
        return name;
    }

    /** Returns the listings in the order of addresses as text, then ports, then services. */
    public List<Listing> listings() {
        return listings;
    }

    public ContentVersion version() {
        return version;
    }

    /** Returns the number of listings that expiry protection alone keeps; 0 while it is not active. */
    public int stale() {
        return stale;
    }

    /** Returns the last moment at which no listed instance has lapsed or gone. */
    public long validUntilMicros() {
        return validUntilMicros;
    }

    /** Counts this list in the budget from now on; the budget may drop it at once. */
    void keep() {
        kept.keep(BARE + (long) HOST * listings.size() + (long) CHARACTER * name.length());
    }

    /** Marks this list as used for a client. */
    void use() {
        kept.use();
    }

    /**
     * Stops counting this list, because it is no longer current or was dropped: no further reader asks for renderings
     * of it alone.
     */
    void release() {
        kept.release();
        renderings.release();
    }

    /**
     * Returns whether this list is valid by this lease, and no instance in it has lapsed or gone; a reader needs no
     * other check of the time.
     */
    boolean isValid(Lease listing, long nowMicros) {
        return nowMicros <= validUntilMicros && listing.equals(lease);
    }

    /**
     * Returns the rendering of this snapshot by {@code renderer}. The first reader renders it, and a later one again if
     * there was no room to cache it.
     *
     * @param renderer key of the rendering: always the same object for the same rendering
     */
    public <T> T rendered(Renderer<T> renderer) {
        return renderings.of(this, renderer);
    }

    /**
     * Returns a rendering as {@link #rendered} does, cached as long as the content stays, even if hosts check in
     * meanwhile: it must not contain times of check-ins.
     *
     * @param renderer key of the rendering: always the same object for the same rendering
     */
    public <T> T renderedContent(Renderer<T> renderer) {
        return ofContent.of(this, renderer);
    }
}
