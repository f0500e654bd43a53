package io.discovery.directory;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Buckets;
import io.discovery.model.CheckIn;
import io.discovery.model.Comparison;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Limits;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All registrations this member knows, tombstones and expired ones included, and the lists clients read.
 *
 * <p>It learns by {@link #merge} alone, from anyone, in any order, any number of times. It forgets a registration only
 * when its RETENTION has ended, never because a map, an event or a scan lacks it. Whether an instance is listed depends
 * on its lease, on expiry protection, which is a count of all leases, and on the clock at the read, on nothing that has to
 * happen in time.
 *
 * <p>A registration, its service's group and its repo's group change together under the key's lock in its bucket of {@link #known}; a
 * reader sees each group as a whole.
 */
public final class Directory {

    private record Known(
            Registration registration, @Nullable Listing listing) {}

    private final Lease lease;
    private final Lease protectingLease;
    private final LongSupplier nowMicros;
    private final CacheBudget budget;
    /** Kept only if it is needed: it costs each change about as much again. */
    private final @Nullable LeaseEnds leaseEnds;

    /** By bucket. */
    private final List<Map<InstanceKey, Known>> known = buckets();

    private final DigestSums digests;
    private final LongAdder heapBytes = new LongAdder();
    private final AtomicLong contentChanges = new AtomicLong();
    private final Map<ServiceName, ListingGroup> byService = new ConcurrentHashMap<>();
    /** Those of {@link #byService}, in their order. */
    private final Set<ServiceName> names = new ConcurrentSkipListSet<>();

    private final Map<String, ListingGroup> byRepo = new ConcurrentHashMap<>();
    private volatile Consumer<Registration> onChange = registration -> {};
    private volatile Consumer<ServiceName> onContentChange = service -> {};
    private volatile Consumer<ServiceName> onComingOrGoing = service -> {};

    /**
     * @param nowMicros the cluster's clock
     * @param budget for lists, and for what is made of them
     */
    public Directory(Lease lease, ExpiryProtection protection, LongSupplier nowMicros, CacheBudget budget) {
        this.lease = lease;
        this.protectingLease = lease.withOvertime();
        this.nowMicros = nowMicros;
        this.budget = budget;
        this.digests = new DigestSums(lease);
        this.leaseEnds = protection == ExpiryProtection.ON ? new LeaseEnds(lease, nowMicros.getAsLong()) : null;
    }

    private static List<Map<InstanceKey, Known>> buckets() {
        return IntStream.range(0, Buckets.COUNT)
                .<Map<InstanceKey, Known>>mapToObj(bucket -> new ConcurrentHashMap<>(1))
                .toList();
    }

    private Map<InstanceKey, Known> bucketOf(InstanceKey key) {
        return known.get(Buckets.of(key));
    }

    /** Who hears of every registration that changed here, on the thread that brought the change; must not block. */
    public void onChange(Consumer<Registration> listener) {
        onChange = listener;
    }

    /** Who hears that a service's list reads otherwise now, after it does; on the thread that brought the change. */
    public void onContentChange(Consumer<ServiceName> listener) {
        onContentChange = listener;
    }

    /**
     * Who hears that an instance of a service has come or gone, after {@link #names} shows it; on the thread that brought
     * the change. Must not block.
     */
    public void onComingOrGoing(Consumer<ServiceName> listener) {
        onComingOrGoing = listener;
    }

    /** Takes in a copy of a registration, from wherever; an older copy changes nothing. */
    public void merge(Registration copy) {
        Map<InstanceKey, Known> bucket = bucketOf(copy.key());
        Known here = bucket.get(copy.key());
        if (here != null && here.registration().equals(copy) || !lease.isKept(copy, nowMicros.getAsLong())) {
            return;
        }
        bucket.compute(copy.key(), (key, before) -> {
            Registration old = before == null ? null : before.registration();
            Registration merged = copy.mergedInto(old);
            if (before != null && merged.equals(old)) {
                return before;
            }
            Listing shown = before == null ? null : before.listing();
            Known after = new Known(merged, Listing.of(merged, shown));
            regroup(key, shown, after.listing());
            announce(key.service(), shown, after.listing());
            if (leaseEnds != null) {
                leaseEnds.replace(checkInOf(shown), checkInOf(after.listing()));
            }
            digests.replace(old, merged);
            heapBytes.add(Limits.heapBytes(merged) - (old == null ? 0 : Limits.heapBytes(old)));
            onChange.accept(merged);
            return after;
        });
    }

    private void regroup(InstanceKey key, @Nullable Listing before, @Nullable Listing after) {
        move(byService, key, before == null ? null : key.service(), after == null ? null : key.service(), after);
        move(byRepo, key, repoOf(before), repoOf(after), after);
        if ((before == null) != (after == null)) {
            onComingOrGoing.accept(key.service());
        }
    }

    private void announce(ServiceName service, @Nullable Listing before, @Nullable Listing after) {
        if (isOther(before, after)) {
            // After readers can see it: what was read before is known to be old from here on.
            contentChanges.incrementAndGet();
            onContentChange.accept(service);
        }
    }

    /**
     * Whether a reader may see another list. A host whose lease had ended comes back with the content it had; now is asked
     * here, after the groups show the change, so that nobody can have seen the host gone and not hear of its return.
     */
    private boolean isOther(@Nullable Listing before, @Nullable Listing after) {
        if (before == null || after == null) {
            return before != after;
        }
        return !before.version().equals(after.version()) || lease.isEnded(before.checkIn(), nowMicros.getAsLong());
    }

    private static @Nullable CheckIn checkInOf(@Nullable Listing listing) {
        return listing == null ? null : listing.checkIn();
    }

    /** The repo whose list shows the listing; none for the empty repo, which is no repo. */
    private static @Nullable String repoOf(@Nullable Listing listing) {
        String repo = listing == null ? "" : listing.checkIn().repo();
        return repo.isEmpty() ? null : repo;
    }

    private <N> void move(
            Map<N, ListingGroup> groups, InstanceKey key, @Nullable N from, @Nullable N to, @Nullable Listing listing) {
        if (from != null && !from.equals(to)) {
            groups.computeIfPresent(from, (name, group) -> {
                group.remove(key);
                if (group.isEmpty()) {
                    closed(name);
                    return null;
                }
                return group;
            });
        }
        if (to != null && listing != null) {
            groups.compute(to, (name, group) -> {
                ListingGroup joined = group == null ? opened(name) : group;
                joined.put(listing);
                return joined;
            });
        }
    }

    private ListingGroup opened(Object name) {
        heapBytes.add(Limits.GROUP);
        if (name instanceof ServiceName service) {
            names.add(service);
        }
        return new ListingGroup(name.toString(), budget);
    }

    private void closed(Object name) {
        heapBytes.add(-Limits.GROUP);
        if (name instanceof ServiceName service) {
            names.remove(service);
        }
    }

    /** The listed instances of a service; an unknown service has none. */
    public Snapshot service(ServiceName service) {
        return snapshot(service.text(), byService.get(service));
    }

    /** The list of a name that no service can have. */
    public Snapshot nothing(String name) {
        return snapshot(name, null);
    }

    /** The listed instances whose last check-in named this repo. */
    public Snapshot repo(String repo) {
        return snapshot(repo, byRepo.get(repo));
    }

    private Snapshot snapshot(String name, @Nullable ListingGroup group) {
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        return group == null ? Snapshot.empty(name, listing) : group.snapshot(listing, now);
    }

    /** How many hosts are listed, of all services. */
    public long hosts() {
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        long hosts = 0;
        for (ListingGroup group : byService.values()) {
            hosts += group.counts(listing, now).listed();
        }
        return hosts;
    }

    /**
     * Counts the hosts of each service, by name; services of which none is listed are left out.
     *
     * @param reader told of one service after the other
     * @return by which {@link #isStill} tells whether the counts are the same later
     */
    public ServiceOverview overview(BiConsumer<ServiceName, HostCounts> reader) {
        long changes = contentChanges.get();
        long now = nowMicros.getAsLong();
        Lease listing = listingLease(now);
        long validUntil = Long.MAX_VALUE;
        for (ServiceName service : names) {
            ListingGroup group = byService.get(service);
            HostCounts counts = group == null ? HostCounts.NONE : group.counts(listing, now);
            if (counts.listed() > 0) {
                validUntil = Math.min(validUntil, counts.validUntilMicros());
                reader.accept(service, counts);
            }
        }
        return new ServiceOverview(changes, listing, validUntil);
    }

    /** Whether the same is listed as then; false at the latest when a change is acknowledged. Costs no look at services. */
    public boolean isStill(ServiceOverview then) {
        return then.holds(contentChanges.get(), listingLease(), nowMicros.getAsLong());
    }

    /** Who is live and who has lapsed now, over all services; counted only with EXPIRY_PROTECTION=on. */
    public Optional<LeaseCounts> census() {
        return Optional.ofNullable(leaseEnds).map(ends -> ends.at(nowMicros.getAsLong()));
    }

    /** The lease by which instances are listed now: with overtime while expiry protection is active. */
    public Lease listingLease() {
        return listingLease(nowMicros.getAsLong());
    }

    private Lease listingLease(long now) {
        return leaseEnds != null && leaseEnds.at(now).isProtecting() ? protectingLease : lease;
    }

    public @Nullable Registration find(InstanceKey key) {
        Known found = bucketOf(key).get(key);
        return found == null ? null : found.registration();
    }

    /** Everything known, tombstones and expired ones included; weakly consistent. */
    public Iterable<Registration> all() {
        return () -> known.stream()
                .flatMap(bucket -> bucket.values().stream())
                .map(Known::registration)
                .iterator();
    }

    /** Everything known of one bucket, likewise. */
    public Iterable<Registration> inBucket(int bucket) {
        return () ->
                known.get(bucket).values().stream().map(Known::registration).iterator();
    }

    /** The sum of the digests of each bucket, over what the comparison includes. Costs the same however much is known. */
    public long[] digests(Comparison comparison) {
        return digests.of(comparison);
    }

    /** The services that have an instance, listed or not, by name; weakly consistent. Who is half through it holds nothing. */
    public Set<ServiceName> names() {
        return Collections.unmodifiableSet(names);
    }

    /** How many registrations are known, tombstones and expired ones included. */
    public int size() {
        return known.stream().mapToInt(Map::size).sum();
    }

    /** About how much heap they take, in bytes. */
    public long heapBytes() {
        return heapBytes.sum();
    }

    /** Forgets what is past its RETENTION. Call it now and then; nothing that is listed depends on it. */
    public void sweep() {
        long now = nowMicros.getAsLong();
        for (Registration registration : all()) {
            if (!lease.isKept(registration, now)) {
                forget(registration);
            }
        }
        digests.sweep(now);
    }

    private void forget(Registration ended) {
        bucketOf(ended.key()).computeIfPresent(ended.key(), (key, current) -> {
            if (!current.registration().equals(ended)) {
                return current;
            }
            regroup(key, current.listing(), null);
            digests.replace(ended, null);
            heapBytes.add(-Limits.heapBytes(ended));
            // Nothing to recount: RETENTION outlasts every lease and its overtime.
            return null;
        });
    }
}
