package io.discovery.directory;

import io.discovery.directory.KnownRegistrations.Known;
import io.discovery.memory.CacheBudget;
import io.discovery.model.CheckIn;
import io.discovery.model.Comparison;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Limits;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All registrations that this member knows, tombstones and expired ones included, and the lists that clients read.
 *
 * <p>The directory takes in registrations by {@link #merge}, from any source, in any order, any number of times; {@link
 * #replace} is for what a wrong clock has written here. It drops a registration only when its RETENTION has ended,
 * never because a map, an event or a scan lacks it. Whether an instance is listed depends on its lease, on expiry
 * protection, which is a count of all leases, and on the clock at the read; it depends on no task that must run in
 * time.
 *
 * <p>A registration, its service's group and its repo's group change together under the key's lock in its bucket of
 * {@link #known}; a reader sees each group as a whole.
 */
public final class Directory {

    private static final Comparator<Listing> BY_SERVICE = Comparator.comparing(
                    (Listing listing) -> listing.registration().key().service())
            .thenComparing(listing -> listing.registration().key());

    private final Lease lease;
    private final Lease protectingLease;
    private final LongSupplier nowMicros;
    private final LongSupplier clusterMicros;
    /** Null without expiry protection: it costs each change about as much again. */
    private final @Nullable LeaseEnds leaseEnds;

    private final KnownRegistrations known = new KnownRegistrations();
    private final DigestSums digests;
    private final LongAdder heapBytes = new LongAdder();
    private final AtomicLong contentChanges = new AtomicLong();
    private final ListingGroups<ServiceName> byService;
    private final ListingGroups<String> byRepo;
    /** The names of {@link #byService}, in their order. */
    private final NavigableSet<ServiceName> names = new ConcurrentSkipListSet<>();

    private volatile Consumer<Registration> onChange = registration -> {};
    private volatile Consumer<ServiceName> onContentChange = service -> {};
    private volatile Consumer<ServiceName> onComingOrGoing = service -> {};
    private volatile ListedChanges listedChanges = ListedChanges.NONE;

    /** Creates a directory whose clock is never wrong. */
    public Directory(Lease lease, ExpiryProtection protection, LongSupplier nowMicros, CacheBudget budget) {
        this(lease, protection, nowMicros, nowMicros, budget);
    }

    /**
     * @param nowMicros the cluster's clock, by which instances are listed
     * @param clusterMicros time by which registrations are kept: the same, or before it while that clock is wrong
     * @param budget memory for lists, and for renderings of them
     */
    public Directory(
            Lease lease,
            ExpiryProtection protection,
            LongSupplier nowMicros,
            LongSupplier clusterMicros,
            CacheBudget budget) {
        this.lease = lease;
        this.protectingLease = lease.withOvertime();
        this.nowMicros = nowMicros;
        this.clusterMicros = clusterMicros;
        this.byService = new ListingGroups<>(budget, this::groupCreated, this::groupRemoved);
        this.byRepo =
                new ListingGroups<>(budget, repo -> heapBytes.add(Limits.GROUP), repo -> heapBytes.add(-Limits.GROUP));
        this.digests = new DigestSums(lease);
        this.leaseEnds = protection == ExpiryProtection.ON ? new LeaseEnds(lease, nowMicros.getAsLong()) : null;
    }

    /**
     * Sets the listener to every registration that changed here, called on the thread that brought the change; must not
     * block.
     */
    public void onChange(Consumer<Registration> listener) {
        onChange = listener;
    }

    /**
     * Sets the listener to changes of a service's list, called after readers see the change, on the thread that brought
     * it.
     */
    public void onContentChange(Consumer<ServiceName> listener) {
        onContentChange = listener;
    }

    /**
     * Sets the listener to services whose instance has come or gone, called after {@link #names} shows it, on the
     * thread that brought the change. Must not block.
     */
    public void onComingOrGoing(Consumer<ServiceName> listener) {
        onComingOrGoing = listener;
    }

    /** Sets the listener to what changes in lists. */
    public void onListedChange(ListedChanges listener) {
        listedChanges = listener;
    }

    /** Merges a copy of a registration from any source; an older copy changes nothing. */
    public void merge(Registration copy) {
        Map<InstanceKey, Known> bucket = known.bucketOf(copy.key());
        Known here = bucket.get(copy.key());
        if (here != null && here.registration().equals(copy) || !lease.isKept(copy, clusterMicros.getAsLong())) {
            return;
        }
        bucket.compute(copy.key(), (key, before) -> {
            Registration old = before == null ? null : before.registration();
            Registration merged = copy.mergedInto(old);
            return before != null && merged.equals(old) ? before : changed(before, merged);
        });
    }

    /** Replaces a registration, unless it has changed meanwhile. */
    public void replace(Registration held, Registration replacement) {
        known.bucketOf(held.key())
                .computeIfPresent(
                        held.key(),
                        (key, before) -> before.registration().equals(held) ? changed(before, replacement) : before);
    }

    /** Changes all that depends on a registration; under the lock of its key. */
    private Known changed(@Nullable Known before, Registration registration) {
        InstanceKey key = registration.key();
        Registration old = before == null ? null : before.registration();
        Listing shown = before == null ? null : before.listing();
        Known after = new Known(registration, Listing.of(registration, shown));
        regroup(key, shown, after.listing());
        boolean mayListDiffer = mayListDiffer(shown, after.listing());
        if (mayListDiffer) {
            announce(key.service());
        }
        if (mayListDiffer || isDeregisteredSince(old, registration)) {
            tell(before, after);
        }
        if (leaseEnds != null) {
            leaseEnds.replace(checkInOf(shown), checkInOf(after.listing()));
        }
        digests.replace(old, registration);
        heapBytes.add(Limits.heapBytes(registration) - (old == null ? 0 : Limits.heapBytes(old)));
        onChange.accept(registration);
        return after;
    }

    private void regroup(InstanceKey key, @Nullable Listing before, @Nullable Listing after) {
        byService.move(key, before == null ? null : key.service(), after == null ? null : key.service(), after);
        byRepo.move(key, repoOf(before), repoOf(after), after);
        if ((before == null) != (after == null)) {
            onComingOrGoing.accept(key.service());
        }
    }

    private void announce(ServiceName service) {
        // After readers can see the change: from here on, lists read before count as old.
        contentChanges.incrementAndGet();
        onContentChange.accept(service);
    }

    private void tell(@Nullable Known before, Known after) {
        Listing shown = before == null ? null : before.listing();
        Listing shows = after.listing();
        boolean isSameCheckIn = shown != null
                && shows != null
                && shown.checkIn().version().equals(shows.checkIn().version());
        // Expiry protection lists a lapsed host again: it has not returned, but can be weighed, and go.
        boolean isProtected =
                shown != null && shown.hasLapsed() && (shows == null || isSameCheckIn) && isListedNow(shown.checkIn());
        boolean wasListed = shown != null && !shown.hasLapsed() || isProtected;
        boolean isListed = shows != null && isListedNow(shows.checkIn());
        if (shows != null && (!isListed && !wasListed || isProtected)) {
            shows.lapse();
        }
        listedChanges.changed(new ListedChanges.Step(
                before == null ? null : before.registration(), wasListed, after.registration(), isListed));
    }

    private boolean isListedNow(CheckIn checkIn) {
        long now = nowMicros.getAsLong();
        return listingLease(now).isListed(checkIn, now);
    }

    /** Returns whether a host went and came back between two copies; its list may be the same. */
    private static boolean isDeregisteredSince(@Nullable Registration old, Registration registration) {
        return old != null && !Objects.equals(old.deregistration(), registration.deregistration());
    }

    /**
     * Returns whether a reader may see another list, now or sooner than was expected: a check-in that a backend told has
     * a longer lease than the next. A host whose lease had ended comes back with unchanged content; the clock is read
     * here, after the groups show the change, so that no reader can have seen the host gone and miss
     * its return.
     */
    private boolean mayListDiffer(@Nullable Listing before, @Nullable Listing after) {
        if (before == null || after == null) {
            return before != after;
        }
        return !before.version().equals(after.version())
                || lease.endOf(after.checkIn()) < lease.endOf(before.checkIn())
                || lease.isEnded(before.checkIn(), nowMicros.getAsLong());
    }

    private static @Nullable CheckIn checkInOf(@Nullable Listing listing) {
        return listing == null ? null : listing.checkIn();
    }

    /** Returns the repo whose list shows the listing; null for the empty repo, which is no repo. */
    private static @Nullable String repoOf(@Nullable Listing listing) {
        String repo = listing == null ? "" : listing.checkIn().repo();
        return repo.isEmpty() ? null : repo;
    }

    private void groupCreated(ServiceName service) {
        heapBytes.add(Limits.GROUP);
        names.add(service);
    }

    private void groupRemoved(ServiceName service) {
        heapBytes.add(-Limits.GROUP);
        names.remove(service);
    }

    /** Returns the listed instances of a service; an unknown service has none. */
    public Snapshot service(ServiceName service) {
        return snapshot(service.text(), byService.get(service));
    }

    /** Returns the empty list of a name that no service can have. */
    public Snapshot nothing(String name) {
        return snapshot(name, null);
    }

    /** Returns the listed instances whose last check-in named this repo. */
    public Snapshot repo(String repo) {
        return snapshot(repo, byRepo.get(repo));
    }

    private Snapshot snapshot(String name, @Nullable ListingGroup group) {
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        return group == null ? Snapshot.empty(name, listing) : group.snapshot(listing, now);
    }

    /** Returns the number of listed hosts of all services. */
    public long hosts() {
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        long hosts = 0;
        for (ListingGroup group : byService.all()) {
            hosts += group.counts(listing, now).listed();
        }
        return hosts;
    }

    /** Returns the number of services with a listed host. */
    public long services() {
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        return byService.all().stream()
                .filter(group -> group.counts(listing, now).listed() > 0)
                .count();
    }

    /**
     * Counts the hosts of each service, by name; leaves out services without listed hosts.
     *
     * @param reader called for one service after the other
     * @return a value by which {@link #isStill} tells later whether the counts are the same
     */
    public ServiceOverview overview(BiConsumer<ServiceName, HostCounts> reader) {
        return overview(ListingGroup::counts, reader);
    }

    /**
     * Counts the hosts of each service as {@link #overview(BiConsumer)} does, and shows each listed host before the
     * counts of its service.
     *
     * @param visitor must not block: no change of the service happens meanwhile
     */
    public ServiceOverview overview(Consumer<Listing> visitor, BiConsumer<ServiceName, HostCounts> reader) {
        return overview((group, listing, now) -> group.visit(listing, now, visitor), reader);
    }

    /** Shows each listed host of a service, as {@link #overview(Consumer, BiConsumer)} does, and counts them. */
    public HostCounts visit(ServiceName service, Consumer<Listing> visitor) {
        long now = nowMicros.getAsLong();
        ListingGroup group = byService.get(service);
        return group == null ? HostCounts.NONE : group.visit(listingLease(now), now, visitor);
    }

    /** A way to count the listed hosts of a group. */
    private interface Counting {
        HostCounts of(ListingGroup group, Lease listing, long nowMicros);
    }

    private ServiceOverview overview(Counting counting, BiConsumer<ServiceName, HostCounts> reader) {
        long changes = contentChanges.get();
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        long validUntil = Long.MAX_VALUE;
        for (ServiceName service : names) {
            ListingGroup group = byService.get(service);
            HostCounts counts = group == null ? HostCounts.NONE : counting.of(group, listing, now);
            if (counts.listed() > 0) {
                validUntil = Math.min(validUntil, counts.validUntilMicros());
                reader.accept(service, counts);
            }
        }
        return new ServiceOverview(changes, listing, validUntil);
    }

    private HostCounts counts(ServiceName service, Lease listing, long now) {
        ListingGroup group = byService.get(service);
        return group == null ? HostCounts.NONE : group.counts(listing, now);
    }

    /** Counts the hosts of a service. */
    public HostCounts counts(ServiceName service) {
        long now = nowMicros.getAsLong();
        return counts(service, listingLease(now), now);
    }

    /**
     * Counts the hosts of each service whose name begins so, by name; leaves out services without listed hosts. The cost
     * does not depend on the number of other services.
     *
     * @param reader called for one service after the other
     */
    public void counts(String beginning, BiConsumer<ServiceName, HostCounts> reader) {
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        for (ServiceName service : names.tailSet(new ServiceName(beginning))) {
            if (!service.text().startsWith(beginning)) {
                return;
            }
            HostCounts counts = counts(service, listing, now);
            if (counts.listed() > 0) {
                reader.accept(service, counts);
            }
        }
    }

    /**
     * Returns whether the lists are the same as then; false at the latest when a change is acknowledged. The cost does
     * not depend on the number of services.
     */
    public boolean isStill(ServiceOverview then) {
        return then.holds(contentChanges.get(), listingLease(), nowMicros.getAsLong());
    }

    /** Returns the numbers of live and lapsed instances now, over all services; empty without EXPIRY_PROTECTION=on. */
    public Optional<LeaseCounts> census() {
        return Optional.ofNullable(leaseEnds).map(ends -> ends.at(nowMicros.getAsLong()));
    }

    /** Returns the lease by which instances are listed now: with overtime while expiry protection is active. */
    public Lease listingLease() {
        return listingLease(nowMicros.getAsLong());
    }

    /**
     * Returns a number that is another one after expiry protection has begun or ended, even if it has done both. A reader of
     * the lists in between has caused the new number before.
     */
    public int protectionChanges() {
        return leaseEnds == null ? 0 : leaseEnds.protectionChanges();
    }

    private Lease listingLease(long now) {
        return leaseEnds != null && leaseEnds.at(now).isProtecting() ? protectingLease : lease;
    }

    /** Returns the time by which instances are listed now. */
    public long nowMicros() {
        return nowMicros.getAsLong();
    }

    /**
     * Returns the listed instances with these addresses, of all services, by address and then by service. Looks at each
     * registration once, whatever the number of addresses.
     */
    public Map<IpAddress, List<Listing>> at(Set<IpAddress> addresses) {
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        Map<IpAddress, List<Listing>> found = new HashMap<>();
        addresses.forEach(address -> found.put(address, new ArrayList<>()));
        known.entries().forEach(each -> {
            List<Listing> here = found.get(each.registration().key().address());
            Listing listed = here == null ? null : listed(each, listing, now);
            if (here != null && listed != null) {
                here.add(listed);
            }
        });
        found.values().forEach(here -> here.sort(BY_SERVICE));
        return found;
    }

    private static @Nullable Listing listed(Known known, Lease listing, long now) {
        Listing shown = known.listing();
        if (shown == null || !listing.isListed(shown.checkIn(), now)) {
            return null;
        }
        return listing.isEnded(shown.checkIn(), now) ? shown.asStale() : shown;
    }

    public @Nullable Registration find(InstanceKey key) {
        return known.find(key);
    }

    /** Returns the registration of an instance that is listed now; null for another. */
    public @Nullable Registration listed(InstanceKey key) {
        long now = nowMicros.getAsLong();
        Registration found = known.find(key);
        CheckIn checkIn = found == null ? null : found.checkIn();
        return checkIn != null && listingLease(now).isListed(checkIn, now) ? found : null;
    }

    /** Returns all known registrations, tombstones and expired ones included; weakly consistent. */
    public Iterable<Registration> all() {
        return known.all();
    }

    /** Returns all known registrations of one bucket; weakly consistent. */
    public Iterable<Registration> inBucket(int bucket) {
        return known.in(bucket);
    }

    /**
     * Returns the sum of the digests of each bucket, over the registrations that the comparison includes. Costs the
     * same whatever the number of registrations.
     */
    public long[] digests(Comparison comparison) {
        return digests.of(comparison);
    }

    /**
     * Returns the services that have an instance, listed or not, by name; weakly consistent. An unfinished iteration
     * holds no resources.
     */
    public Set<ServiceName> names() {
        return Collections.unmodifiableSet(names);
    }

    /** Returns the number of known registrations, tombstones and expired ones included. */
    public int size() {
        return known.size();
    }

    /** Returns about the bytes of heap that they take. */
    public long heapBytes() {
        return heapBytes.sum();
    }

    /** Drops registrations past their RETENTION; to be called now and then. Lists do not depend on it. */
    public void sweep() {
        long now = clusterMicros.getAsLong();
        for (Registration registration : all()) {
            if (!lease.isKept(registration, now)) {
                drop(registration);
            }
        }
        digests.sweep(now);
    }

    /** Tells the listener of instances that have left lists because of time. */
    public void noticeLapsed() {
        noticeLapsed(() -> true);
    }

    /**
     * Tells the listener of instances that have left lists because of time; to be called every few seconds.
     *
     * @param isSound whether this member knows of all check-ins: after a standstill it does not, and all leases have ended;
     *     asked of each instance after its lease was looked at
     */
    public void noticeLapsed(BooleanSupplier isSound) {
        long now = nowMicros.getAsLong();
        Lease listingLease = listingLease(now);
        for (Known each : known.entries()) {
            Listing listing = each.listing();
            if (listing != null && !listing.hasLapsed() && !listingLease.isListed(listing.checkIn(), now)) {
                lapse(each, isSound);
            }
        }
    }

    private void lapse(Known lapsed, BooleanSupplier isSound) {
        InstanceKey key = lapsed.registration().key();
        known.bucketOf(key).computeIfPresent(key, (same, current) -> {
            Listing listing = current.listing();
            if (listing != null && !listing.hasLapsed() && !isListedNow(listing.checkIn()) && isSound.getAsBoolean()) {
                listing.lapse();
                listedChanges.lapsed(current.registration());
            }
            return current;
        });
    }

    private void drop(Registration ended) {
        known.bucketOf(ended.key()).computeIfPresent(ended.key(), (key, current) -> {
            if (!current.registration().equals(ended)) {
                return current;
            }
            regroup(key, current.listing(), null);
            digests.replace(ended, null);
            heapBytes.add(-Limits.heapBytes(ended));
            // Leases need no new count: RETENTION outlasts every lease and its overtime.
            return null;
        });
    }
}
