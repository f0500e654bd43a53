package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.CheckIn;
import io.discovery.model.Comparison;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Limits;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.Fixtures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DirectoryTest {

    private static final long SECOND = 1_000_000;
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final ServiceName PAYMENTS = new ServiceName("payments");

    private final AtomicLong now = new AtomicLong();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());

    @Test
    void listsInTheOrderOfAddressesAsText() {
        directory.merge(registered("127.0.0.2", 0, ""));
        directory.merge(registered("127.0.0.10", 0, ""));

        assertThat(addresses(directory.service(PAYMENTS))).containsExactly("127.0.0.10", "127.0.0.2");
    }

    @Test
    void aLeaseEndsWithoutAnythingHavingToHappen() {
        directory.merge(registered("127.0.0.1", 0, "repo"));
        directory.merge(registered("127.0.0.2", 5, "repo"));

        now.set(10 * SECOND);
        assertThat(addresses(directory.service(PAYMENTS))).containsExactly("127.0.0.1", "127.0.0.2");

        now.set(10 * SECOND + 1);
        assertThat(addresses(directory.service(PAYMENTS))).containsExactly("127.0.0.2");
        assertThat(addresses(directory.repo("repo"))).containsExactly("127.0.0.2");
        assertThat(counts()).containsOnly(Map.entry(PAYMENTS, 1));
        assertThat(directory.hosts()).isEqualTo(1);

        now.set(15 * SECOND + 1);
        assertThat(directory.service(PAYMENTS).listings()).isEmpty();
        assertThat(counts()).isEmpty();
        assertThat(directory.hosts()).isZero();
    }

    /** A reader that waits for the end of the longer lease has to be told. */
    @Test
    void aLeaseThatBecomesShorterIsNews() {
        Registration taken = registered("127.0.0.1", 0, "");
        directory.merge(taken.withGrace(5 * SECOND));
        ServiceOverview before = overview();
        now.set(SECOND);
        assertThat(directory.isStill(before)).isTrue();

        directory.merge(taken);

        assertThat(directory.isStill(before)).isFalse();
        now.set(10 * SECOND + 1);
        assertThat(directory.service(PAYMENTS).listings()).isEmpty();
    }

    @Test
    void anOverviewHoldsUntilAListIsAnother() {
        ServiceOverview nothing = overview();
        assertThat(directory.isStill(nothing)).isTrue();

        directory.merge(registered("127.0.0.1", 0, ""));
        assertThat(directory.isStill(nothing)).as("one has come").isFalse();
        ServiceOverview one = overview();

        now.set(5 * SECOND);
        directory.merge(registered("127.0.0.1", 5, ""));
        assertThat(directory.isStill(one)).as("it reports again").isTrue();

        now.set(10 * SECOND);
        assertThat(directory.isStill(one)).isTrue();
        now.set(10 * SECOND + 1);
        assertThat(directory.isStill(one))
                .as("what was known of its lease has ended")
                .isFalse();
        ServiceOverview again = overview();
        assertThat(directory.isStill(again)).isTrue();

        now.set(15 * SECOND + 1);
        assertThat(directory.isStill(again)).as("it has fallen silent").isFalse();
        ServiceOverview silent = overview();
        assertThat(counts()).isEmpty();

        directory.merge(registered("127.0.0.1", 15, ""));
        assertThat(directory.isStill(silent)).as("it is back").isFalse();
    }

    @Test
    void aRegistrationIsReplacedUnlessItHasChanged() {
        Registration wrong = registered("127.0.0.1", 9, "");
        Registration right = registered("127.0.0.1", 1, "repo");
        directory.merge(wrong);
        long[] before = directory.digests(Comparison.at(LEASE, 0));

        directory.replace(right, registered("127.0.0.1", 2, ""));
        assertThat(directory.find(wrong.key())).isEqualTo(wrong);

        directory.replace(wrong, right);
        assertThat(directory.find(wrong.key())).isEqualTo(right);
        assertThat(directory.repo("repo").listings()).hasSize(1);
        assertThat(directory.digests(Comparison.at(LEASE, 0))).isNotEqualTo(before);
        assertThat(directory.heapBytes()).isEqualTo(heapBytesOf(right));
    }

    private static long heapBytesOf(Registration registration) {
        Directory other = new Directory(LEASE, ExpiryProtection.OFF, () -> 0, CacheBudget.unlimited());
        other.merge(registration);
        return other.heapBytes();
    }

    /** A member whose clock is ahead keeps what the others keep. */
    @Test
    void registrationsAreKeptByTheClustersTime() {
        now.set(2 * LEASE.retentionMicros());
        AtomicLong cluster = new AtomicLong();
        Directory ahead = new Directory(LEASE, ExpiryProtection.OFF, now::get, cluster::get, CacheBudget.unlimited());

        ahead.merge(registered("127.0.0.1", 0, ""));
        ahead.sweep();
        assertThat(ahead.size()).isOne();
        assertThat(ahead.hosts()).isZero();

        cluster.set(LEASE.retentionMicros());
        ahead.sweep();
        assertThat(ahead.size()).isZero();
    }

    /** Counts the hosts that each service lists. */
    private Map<ServiceName, Integer> counts() {
        Map<ServiceName, Integer> counts = new HashMap<>();
        directory.overview((service, hosts) -> counts.put(service, hosts.listed()));
        return counts;
    }

    private ServiceOverview overview() {
        return directory.overview((service, hosts) -> {});
    }

    @Test
    void servicesWhoseNamesBeginAlikeAreCounted() {
        for (String name : List.of("pa", "pay", "pay-1", "pay-2", "paz", "q")) {
            directory.merge(Fixtures.registered(Fixtures.key(name, 1), new Version(1, 1)));
        }
        directory.merge(Fixtures.registered(Fixtures.key("pay-2", 2), new Version(1, 1)));
        Map<String, Integer> counts = new HashMap<>();

        directory.counts("pay", (service, hosts) -> counts.put(service.text(), hosts.listed()));

        assertThat(counts).isEqualTo(Map.of("pay", 1, "pay-1", 1, "pay-2", 2));
        assertThat(directory.counts(new ServiceName("pay-2")).listed()).isEqualTo(2);
        assertThat(directory.counts(new ServiceName("pay-3")).listed()).isZero();
    }

    @Test
    void servicesAreNamedInOrder() {
        List<ServiceName> names =
                Stream.of("b", "c", "a", "\u00e9").map(ServiceName::new).toList();
        names.forEach(name -> directory.merge(Fixtures.registered(Fixtures.key(name.text(), 1), new Version(1, 1))));

        assertThat(directory.names()).map(ServiceName::text).containsExactly("a", "b", "c", "\u00e9");
    }

    /** One host may bring a service and a repo of its own. */
    @Test
    void aServiceAndARepoTakeHeapWhileTheyHaveHosts() {
        directory.merge(registered("127.0.0.1", 0, ""));
        long one = directory.heapBytes();
        directory.merge(registered("127.0.0.2", 0, ""));
        assertThat(directory.heapBytes() - one).as("the second of the service").isEqualTo(one - Limits.GROUP);

        directory.merge(registered("127.0.0.2", 1, "repo"));
        assertThat(directory.heapBytes()).isEqualTo(2 * one + 2L * "repo".length());

        directory.merge(registered("127.0.0.2", 2, ""));
        assertThat(directory.heapBytes()).isEqualTo(2 * one - Limits.GROUP);
    }

    @Test
    void whoseRetentionHasEndedIsInNoSumAnyMore() {
        Comparison everything = new Comparison(Comparison.sliceMicros(LEASE), Long.MIN_VALUE);
        directory.merge(registered("127.0.0.1", 0, "repo"));
        now.set(LEASE.retentionMicros());

        directory.sweep();

        assertThat(directory.heapBytes()).isZero();
        assertThat(directory.digests(everything)).containsOnly(0);
    }

    @Test
    void aSnapshotIsReusedUntilSomethingChanges() {
        directory.merge(registered("127.0.0.1", 0, ""));
        Snapshot before = directory.service(PAYMENTS);

        assertThat(directory.service(PAYMENTS)).isSameAs(before);
        now.set(10 * SECOND);
        assertThat(directory.service(PAYMENTS)).as("no lease has ended").isSameAs(before);

        directory.merge(registered("127.0.0.1", 1, ""));
        assertThat(directory.service(PAYMENTS)).isNotSameAs(before);
    }

    /** Members of two versions of the program answer one client, which compares their lists by it. */
    @Test
    void aListHasTheSameVersionInEveryVersionOfTheProgram() {
        directory.merge(registered("127.0.0.1", 0, "repo"));
        ContentVersion one = directory.service(PAYMENTS).version();
        assertThat(one).hasToString("f85fc997c5bb88e0b066cf8c7bfce82d");

        directory.merge(registered("127.0.0.2", 0, "repo"));
        ContentVersion two = directory.service(PAYMENTS).version();
        assertThat(two).hasToString("e8418834b84396b95ebc8dc5c62cd393");
        assertThat(one.plus(two.minus(one))).isEqualTo(two);
    }

    @Test
    void whoHearsOfAnotherListReadsIt() {
        List<Integer> hosts = new ArrayList<>();
        directory.onContentChange(
                service -> hosts.add(directory.service(service).listings().size()));

        directory.merge(registered("127.0.0.1", 0, ""));
        directory.merge(registered("127.0.0.1", 1, ""));
        assertThat(hosts).as("a heartbeat changes no list").containsExactly(1);

        directory.merge(registered("127.0.0.1", 2, "repo"));
        now.set(20 * SECOND);
        directory.merge(registered("127.0.0.1", 20, "repo"));
        assertThat(hosts).as("it was gone in between").containsExactly(1, 1, 1);

        directory.merge(registered("127.0.0.1", 20, "").deregistered());
        directory.merge(registered("127.0.0.1", 21, "").deregistered());
        assertThat(hosts).as("removed twice").containsExactly(1, 1, 1, 0);
    }

    /** A tag's new value, its new name, and each detail of a check-in. */
    @Test
    void allThatClientsSeeIsContent() {
        List<Registration> others = List.of(
                details(1, 81, "r", "", Map.of("az", "\"a\"")),
                details(2, 81, "q", "", Map.of("az", "\"a\"")),
                details(3, 81, "q", "repo", Map.of("az", "\"a\"")),
                details(4, 81, "q", "repo", Map.of("az", "\"b\"")),
                details(5, 81, "q", "repo", Map.of("az", "\"b\"", "k", "1")),
                cameBack(7, 81, "q", "repo", Map.of("az", "\"b\"", "l", "1")));
        directory.merge(registered("127.0.0.1", 0, ""));

        for (Registration other : others) {
            ContentVersion before = directory.service(PAYMENTS).version();
            directory.merge(other);
            assertThat(directory.service(PAYMENTS).version())
                    .as(other.toString())
                    .isNotEqualTo(before)
                    .isEqualTo(versionOf(other));
        }
    }

    private ContentVersion versionOf(Registration registration) {
        Directory other = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
        other.merge(registration);
        return other.service(PAYMENTS).version();
    }

    private static Registration details(long second, int port, String revision, String repo, Map<String, String> tags) {
        InstanceKey key = InstanceKey.of(PAYMENTS, new IpAddress("127.0.0.1"));
        return applied(new Change.Register(key, at(second), port, revision, repo, tags, LEASE), null);
    }

    /** Returns the state after a removal a second before. */
    private static Registration cameBack(
            long second, int port, String revision, String repo, Map<String, String> tags) {
        Registration back = details(second, port, revision, repo, tags);
        return new Registration(back.key(), back.checkIn(), back.tags(), at(second - 1));
    }

    @Test
    void aHostIsEncodedOnceForAllListsUntilItReports() {
        Listing listing = listed("127.0.0.1", 0);
        byte[] list = new byte[4];

        assertThat(listing.fragment(host -> new byte[] {1, 2}).copyTo(list, 1)).isEqualTo(3);
        assertThat(list).containsExactly(0, 1, 2, 0);
        assertThat(listing.fragment(host -> new byte[0]).length()).isEqualTo(2);

        listing.fragmentIn(new EncodedInstance(new byte[] {9, 8, 7, 6}, 2, 1));
        assertThat(listing.fragment(host -> new byte[0]).copyTo(list, 0)).isEqualTo(1);
        assertThat(list).containsExactly(7, 1, 2, 0);
    }

    /** Its bytes are a slice of a list: a list of a thousand would stay in memory for each host that falls silent. */
    @Test
    void aHostThatFallsSilentKeepsNoListInMemory() {
        for (Runnable look : List.<Runnable>of(() -> directory.service(PAYMENTS), directory::hosts)) {
            Listing listing = listed("127.0.0.1", now.get() / SECOND);
            listing.fragmentIn(new EncodedInstance(new byte[1_000], 10, 100));

            now.addAndGet(10 * SECOND + 1);
            look.run();

            assertThat(listing.fragment(host -> new byte[] {1}).length()).isEqualTo(1);
            now.addAndGet(SECOND - 1);
        }
    }

    private Listing listed(String ip, long second) {
        directory.merge(registered(ip, second, ""));
        return directory.service(PAYMENTS).listings().get(0);
    }

    @Test
    void aBucketHasTheRegistrationsWhoseKeysAreInIt() {
        Registration registration = registered("127.0.0.1", 0, "");
        int bucket = Buckets.of(registration.key());
        directory.merge(registration);

        assertThat(directory.inBucket(bucket)).containsExactly(registration);
        assertThat(directory.inBucket(bucket ^ 1)).isEmpty();
    }

    @Test
    void aNameThatNoServiceCanHaveHasAnEmptyList() {
        Snapshot nothing = directory.nothing("a/b");

        assertThat(nothing.name()).isEqualTo("a/b");
        assertThat(nothing.listings()).isEmpty();
        assertThat(nothing.version()).isEqualTo(ContentVersion.EMPTY);
    }

    @Test
    void anOlderCopyChangesNothing() {
        Registration newer = registered("127.0.0.1", 2, "");
        directory.merge(newer);
        List<Registration> changes = new ArrayList<>();
        directory.onChange(changes::add);

        directory.merge(registered("127.0.0.1", 1, ""));
        directory.merge(newer);

        assertThat(directory.find(newer.key())).isEqualTo(newer);
        assertThat(changes).isEmpty();
    }

    @Test
    void aHostThatNamesAnotherRepoLeavesTheOldOne() {
        directory.merge(registered("127.0.0.1", 0, "one"));
        directory.merge(registered("127.0.0.1", 1, "two"));

        assertThat(directory.repo("one").listings()).isEmpty();
        assertThat(addresses(directory.repo("two"))).containsExactly("127.0.0.1");
    }

    @Test
    void theEmptyRepoIsNoRepo() {
        directory.merge(registered("127.0.0.1", 0, ""));

        assertThat(directory.repo("").listings()).isEmpty();
    }

    @Test
    void aTombstoneIsKeptAgainstOlderCopiesUntilItsRetentionEnds() {
        Registration old = registered("127.0.0.1", 0, "");
        directory.merge(old);
        directory.merge(applied(new Change.Deregister(old.key(), at(1), LEASE), old));

        directory.merge(old);
        assertThat(directory.service(PAYMENTS).listings()).isEmpty();

        now.set(SECOND + LEASE.retentionMicros() - 1);
        directory.sweep();
        assertThat(directory.size()).isEqualTo(1);

        now.incrementAndGet();
        directory.sweep();
        assertThat(directory.size()).isZero();

        directory.merge(old);
        assertThat(directory.size())
                .as("a copy past its RETENTION is not taken in")
                .isZero();
    }

    @Test
    void theContentVersionTellsContentNotTimes() {
        Directory other = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
        Registration one = registered("127.0.0.1", 0, "");
        Registration two = registered("127.0.0.2", 0, "");
        directory.merge(one);
        directory.merge(two);
        other.merge(two);
        other.merge(registered("127.0.0.1", 3, ""));

        ContentVersion version = directory.service(PAYMENTS).version();
        assertThat(other.service(PAYMENTS).version()).isEqualTo(version);

        other.merge(applied(new Change.SetWeight(two.key(), at(4), new Weight(7), LEASE), two));
        assertThat(other.service(PAYMENTS).version()).isNotEqualTo(version);

        now.set(10 * SECOND + 1);
        assertThat(directory.service(PAYMENTS).version()).isEqualTo(ContentVersion.EMPTY);
    }

    @Test
    void everyChangeIsToldOnceAndInItsFinalState() {
        List<Registration> changes = new ArrayList<>();
        directory.onChange(changes::add);
        Registration old = registered("127.0.0.1", 0, "");
        Registration weighed = applied(new Change.SetWeight(old.key(), at(1), new Weight(7), LEASE), old);

        directory.merge(weighed);
        directory.merge(old);

        assertThat(changes).containsExactly(weighed);
    }

    @Test
    void whoComesAndGoesIsToldOfWhenTheNamesShowIt() {
        List<String> told = new ArrayList<>();
        directory.onComingOrGoing(service -> told.add(service + " " + directory.names()));

        Registration first = registered("127.0.0.1", 0, "");
        directory.merge(first);
        directory.merge(registered("127.0.0.1", 1, "repo"));
        directory.merge(registered("127.0.0.2", 1, ""));
        assertThat(told).containsExactly("payments [payments]", "payments [payments]");

        directory.merge(registered("127.0.0.2", 1, "").deregistered());
        now.set(90 * SECOND);
        assertThat(told).as("an ended lease is no going").hasSize(3);

        now.set(1_000 * SECOND);
        directory.sweep();
        assertThat(told)
                .containsExactly("payments [payments]", "payments [payments]", "payments [payments]", "payments []");
    }

    @Test
    void aRenderingIsMadeOnce() {
        directory.merge(registered("127.0.0.1", 0, ""));
        AtomicLong made = new AtomicLong();
        Renderer<Long> rendering = Renderer.small(snapshot -> made.incrementAndGet());

        directory.service(PAYMENTS).rendered(rendering);
        directory.service(PAYMENTS).rendered(rendering);

        assertThat(made).hasValue(1);
    }

    @Test
    void aRenderingOfContentIsMadeAnewWhenMoreHasChangedThanACheckIn() {
        AtomicLong made = new AtomicLong();
        Renderer<Long> rendering = Renderer.small(snapshot -> made.incrementAndGet());
        directory.merge(registered("127.0.0.1", 0, ""));
        directory.service(PAYMENTS).renderedContent(rendering);

        directory.merge(registered("127.0.0.1", 1, ""));
        assertThat(directory.service(PAYMENTS).renderedContent(rendering)).isEqualTo(1);

        directory.merge(registered("127.0.0.1", 2, "repo"));
        assertThat(directory.service(PAYMENTS).renderedContent(rendering)).isEqualTo(2);

        now.set(13 * SECOND);
        assertThat(directory.service(PAYMENTS).renderedContent(rendering)).isEqualTo(3);
    }

    @Test
    void aMemberThatStopsNeverOpensAgain() {
        Readiness readiness = new Readiness();
        assertThat(readiness.whyNoReads()).isEqualTo("joining the cluster");

        readiness.enter(Readiness.Phase.WARMING);
        assertThat(readiness.whyNoReads()).isNotNull();
        assertThat(readiness.whyNoWrites()).isNull();

        readiness.enter(Readiness.Phase.DRAINING);
        readiness.enter(Readiness.Phase.OPEN);
        assertThat(readiness.phase()).isEqualTo(Readiness.Phase.DRAINING);
        assertThat(readiness.whyNoReads()).as("it serves on").isNull();
        assertThat(readiness.whyDrained(true)).isEqualTo("stopping");
    }

    private static List<String> addresses(Snapshot snapshot) {
        return snapshot.listings().stream()
                .map(listing -> listing.registration().key().address().text())
                .toList();
    }

    private static Version at(long second) {
        return new Version(second * SECOND, 1);
    }

    private static Registration registered(String ip, long second, String repo) {
        InstanceKey key = InstanceKey.of(PAYMENTS, new IpAddress(ip));
        return applied(new Change.Register(key, at(second), 80, "r", repo, Map.of("az", "\"a\""), LEASE), null);
    }

    private static Registration applied(Change change, @Nullable Registration stored) {
        Registration registration = ((Outcome.Applied) change.applyTo(stored)).registration();
        CheckIn checkIn = registration.checkIn();
        assertThat(checkIn == null).isEqualTo(change instanceof Change.Deregister);
        return registration;
    }
}
