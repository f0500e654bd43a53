package io.discovery.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A directory with EXPIRY_PROTECTION=on, and a clock that the test moves. */
class ProtectedDirectoryTest {

    private static final long SECOND = 1_000_000;
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final ServiceName PAYMENTS = new ServiceName("payments");
    private static final ServiceName ORDERS = new ServiceName("orders");

    private final AtomicLong now = new AtomicLong();
    private final Directory directory = new Directory(LEASE, ExpiryProtection.ON, now::get, CacheBudget.unlimited());

    @Test
    void whenAllFallSilentAllStayListedAndMarked() {
        beat(PAYMENTS, 0, 15);
        beat(ORDERS, 0, 5);
        now.set(10 * SECOND);
        Snapshot live = directory.service(PAYMENTS);
        assertThat(live.stale()).isZero();

        now.incrementAndGet();

        Snapshot stale = directory.service(PAYMENTS);
        assertThat(stale.listings()).hasSize(15).allMatch(Listing::isStale);
        assertThat(stale.stale()).isEqualTo(15);
        assertThat(stale.version()).as("the mark is content").isNotEqualTo(live.version());
        assertThat(directory.service(PAYMENTS)).as("read again").isSameAs(stale);
        assertThat(directory.repo("repo").stale()).isEqualTo(20);
        Map<ServiceName, HostCounts> counts = new HashMap<>();
        directory.overview(counts::put);
        assertThat(counts.get(ORDERS))
                .extracting(HostCounts::listed, HostCounts::stale)
                .containsExactly(5, 5);
        assertThat(directory.listingLease()).isEqualTo(LEASE.withOvertime());
        assertThat(census()).extracting(LeaseCounts::live, LeaseCounts::lapsed).containsExactly(0L, 20L);
    }

    @Test
    void anOverviewHoldsUntilProtectionBeginsOrEnds() {
        beat(PAYMENTS, 0, 20);
        ServiceOverview live = directory.overview((service, hosts) -> {});
        now.set(10 * SECOND + 1);
        assertThat(directory.isStill(live)).isFalse();
        ServiceOverview stale = directory.overview((service, hosts) -> {});
        assertThat(directory.isStill(stale)).isTrue();

        beat(ORDERS, 10, 200);

        assertThat(directory.isStill(stale)).isFalse();
    }

    @Test
    void aMarkedListHasTheSameVersionInEveryVersionOfTheProgram() {
        beat(PAYMENTS, 0, 20);
        now.set(10 * SECOND + 1);

        assertThat(directory.service(PAYMENTS).version()).hasToString("3d381278e35977ccb8282afe159028f2");
    }

    @Test
    void aHostIsMarkedOnceAndDropsWhatItsUnmarkedListsHad() {
        beat(PAYMENTS, 0, 30);
        Listing live = directory.service(PAYMENTS).listings().get(0);
        live.fragmentIn(new EncodedInstance(new byte[1_000], 10, 100));
        now.set(10 * SECOND + 1);

        Listing marked = directory.service(PAYMENTS).listings().get(0);
        deregister(29);

        assertThat(directory.service(PAYMENTS).listings().get(0)).isSameAs(marked);
        assertThat(marked.registration()).isSameAs(live.registration());
        assertThat(live.fragment(host -> new byte[] {1}).length()).isEqualTo(1);
    }

    @Test
    void countsWithoutAListAreThoseOfTheList() {
        beat(PAYMENTS, 0, 30);
        now.set(5 * SECOND);
        beat(PAYMENTS, 0, 5);
        now.set(10 * SECOND + 1);
        HostCounts counted = counts();

        Snapshot list = directory.service(PAYMENTS);

        assertThat(counted).isEqualTo(new HostCounts(30, 25, 15 * SECOND));
        assertThat(counted.validUntilMicros()).isEqualTo(list.validUntilMicros());
        assertThat(counts()).as("those of the list").isEqualTo(counted);
    }

    private HostCounts counts() {
        Map<ServiceName, HostCounts> counts = new HashMap<>();
        directory.overview(counts::put);
        return Objects.requireNonNull(counts.get(PAYMENTS));
    }

    @Test
    void nineteenAreTooFewToBeDoubted() {
        beat(PAYMENTS, 0, 19);

        now.set(10 * SECOND + 1);

        assertThat(directory.service(PAYMENTS).listings()).isEmpty();
        assertThat(census()).extracting(LeaseCounts::live, LeaseCounts::lapsed).containsExactly(0L, 19L);
    }

    @Test
    void itEndsByItselfWhenNoMoreHaveLapsedThanAreLive() {
        beat(PAYMENTS, 0, 20);
        now.set(20 * SECOND);
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(20);

        beat(PAYMENTS, 0, 9);
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(11);
        assertThat(directory.service(PAYMENTS).listings()).hasSize(20);

        beat(PAYMENTS, 9, 10);
        assertThat(directory.service(PAYMENTS).listings())
                .as("ten are live, and the ten lapsed have left")
                .hasSize(10)
                .noneMatch(Listing::isStale);
    }

    @Test
    void aServiceNobodyChangedShowsThatProtectionBeganAndEndedElsewhere() {
        beat(ORDERS, 0, 2);
        now.set(10 * SECOND);
        beat(PAYMENTS, 0, 20);
        now.set(10 * SECOND + 1);
        assertThat(directory.service(ORDERS).listings()).as("2 of 22").isEmpty();

        now.set(20 * SECOND + 1);
        assertThat(directory.service(ORDERS).stale()).as("22 of 22").isEqualTo(2);

        beat(PAYMENTS, 0, 20);
        assertThat(directory.service(ORDERS).listings()).isEmpty();
    }

    @Test
    void nobodyIsKeptForMoreThanSixLeases() {
        beat(PAYMENTS, 0, 20);
        now.set(5 * SECOND);
        beat(PAYMENTS, 20, 40);

        now.set(70 * SECOND - 1);
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(40);

        now.incrementAndGet();
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(20);

        now.set(75 * SECOND);
        assertThat(directory.service(PAYMENTS).listings()).isEmpty();
        assertThat(directory.listingLease()).isEqualTo(LEASE);
    }

    @Test
    void aHostThatIsDeregisteredLeavesAtOnceAndCountsNoLonger() {
        beat(PAYMENTS, 0, 21);
        now.set(15 * SECOND);
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(21);

        deregister(0);
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(20);

        deregister(1);
        assertThat(directory.service(PAYMENTS).listings())
                .as("19 are too few to be protected")
                .isEmpty();
    }

    /** 30 hosts, of which 18 are taken away without a deregistration. */
    @Test
    void hostsThatAreGoneStayListedForSixLeasesOrUntilTheyNoLongerOutnumberTheLive() {
        beat(PAYMENTS, 0, 30);
        now.set(8 * SECOND);
        beat(PAYMENTS, 0, 12);

        now.set(12 * SECOND);
        assertThat(directory.service(PAYMENTS).listings()).hasSize(30);
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(18);

        for (long second = 16; second < 70; second += 8) {
            now.set(second * SECOND);
            beat(PAYMENTS, 0, 12);
        }
        now.set(70 * SECOND - 1);
        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(18);
        now.set(70 * SECOND);
        assertThat(directory.service(PAYMENTS).listings()).hasSize(12).noneMatch(Listing::isStale);
    }

    @Test
    void membersWithTheSameContentShowTheSameWhateverTheyLookedAtBefore() {
        Directory other = new Directory(LEASE, ExpiryProtection.ON, now::get, CacheBudget.unlimited());
        beat(PAYMENTS, 0, 25);
        for (long second = 0; second < 30; second++) {
            now.set(second * SECOND);
            directory.service(PAYMENTS);
        }

        directory.all().forEach(other::merge);

        assertThat(other.listingLease()).isEqualTo(directory.listingLease());
        assertThat(other.service(PAYMENTS).version())
                .isEqualTo(directory.service(PAYMENTS).version());
        assertThat(other.service(PAYMENTS).stale()).isEqualTo(25);
    }

    @Test
    void whoComesBackAfterHavingBeenForgottenCountsOnce() {
        beat(PAYMENTS, 0, 20);
        now.set(LEASE.retentionMicros());

        directory.sweep();
        beat(PAYMENTS, 0, 20);

        assertThat(census()).extracting(LeaseCounts::live, LeaseCounts::lapsed).containsExactly(20L, 0L);
    }

    @Test
    void switchedOffNobodyIsCountedAndNobodyKept() {
        Directory off = new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
        beat(PAYMENTS, 0, 25);
        directory.all().forEach(off::merge);

        now.set(10 * SECOND + 1);

        assertThat(directory.service(PAYMENTS).stale()).isEqualTo(25);
        assertThat(off.service(PAYMENTS).listings()).isEmpty();
        assertThat(off.listingLease()).isEqualTo(LEASE);
        assertThat(off.census()).isEmpty();
    }

    private LeaseCounts census() {
        return directory.census().orElseThrow();
    }

    private void beat(ServiceName service, int from, int to) {
        for (int n = from; n < to; n++) {
            InstanceKey key = key(service, n);
            Change register = new Change.Register(
                    key, new Version(now.get(), 1), 80, "r", "repo", Map.of("az", "\"a\""), directory.listingLease());
            apply(register);
        }
    }

    private void deregister(int n) {
        apply(new Change.Deregister(key(PAYMENTS, n), new Version(now.get(), 1), directory.listingLease()));
    }

    private void apply(Change change) {
        directory.merge(((Outcome.Applied) change.applyTo(directory.find(change.key()))).registration());
    }

    private static InstanceKey key(ServiceName service, int n) {
        return InstanceKey.of(service, new IpAddress("127.0.0." + (n + 1)));
    }
}
