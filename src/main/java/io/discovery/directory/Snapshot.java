package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Lease;
import java.util.List;
import java.util.function.Function;

/**
 * What is listed of a service, or of a repo, until something changes, a lease ends, or expiry protection begins or ends.
 * Never changes; holds the renderings made of it, each made once.
 */
public final class Snapshot {

    /** Bytes beside its hosts: itself, its version, its place in the budget and the maps of its renderings. Measured. */
    private static final int BARE = 400;
    /** Bytes of a host in it: a reference. */
    private static final int HOST = 4;
    /** A list's head has the name in JSON, where a character may be six bytes, and no host counts that. */
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
     * @param renderings of it alone
     * @param ofContent what has been made of the same content so far
     * @param lease by which they are listed
     * @param place makes its place among what may be dropped
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
    public long validUntilMicros() {
        return validUntilMicros;
    }

    /** Counts it from now on; it may be dropped at once. */
    void keep() {
        kept.keep(BARE + (long) HOST * listings.size() + (long) CHARACTER * name.length());
    }

    /** A client is served from it. */
    void use() {
        kept.use();
    }

    /** It is not what is listed any more, or was dropped: nobody will ask for what was made of it alone. */
    void release() {
        kept.release();
        renderings.release();
    }

    /** Whether it holds by this lease, and nobody in it has lapsed or gone; a reader asks nothing else of the time. */
    boolean isValid(Lease listing, long nowMicros) {
        return nowMicros <= validUntilMicros && listing.equals(lease);
    }

    /**
     * What {@code renderer} makes of this snapshot, made by the first who asks, and again if there was no room to keep it.
     *
     * @param renderer identifies the rendering: always the same object for the same rendering
     */
    public <T> T rendered(Renderer<T> renderer) {
        return renderings.of(this, renderer);
    }

    /**
     * The same, kept as long as the content stays, whoever reports again meanwhile: times of check-ins must not stand in it.
     *
     * @param renderer identifies the rendering: always the same object for the same rendering
     */
    public <T> T renderedContent(Renderer<T> renderer) {
        return ofContent.of(this, renderer);
    }
}
