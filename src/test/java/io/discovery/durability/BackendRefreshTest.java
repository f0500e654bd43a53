package io.discovery.durability;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Buckets;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.discovery.registry.ListedBackend;
import io.discovery.registry.LocalStore;
import io.discovery.registry.SetDivergence;
import io.discovery.registry.StoredCopy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BackendRefreshTest {

    private static final Duration GRACE = Duration.ofSeconds(3);

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final LocalStore map = new LocalStore(LEASE, clock::nowMicros);
    private final Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
    private final Fixtures.PlainCopies copies = new Fixtures.PlainCopies();
    private final ListedBackend backend = new ListedBackend();
    private final BackendImporter importer = new BackendImporter(map, copy, clock, LEASE, GRACE);
    private final BackendRefresh refresh = new BackendRefresh(backend, copies, importer);

    @Test
    void loadedRowsAreInTheRegistryAndKnownToBeStored() {
        List<Registration> rows = stored(700);

        assertThat(refresh.load()).isEqualTo(new BackendRefresh.Result(700, 700, 0, 0));

        for (Registration row : rows) {
            assertThat(copy.find(row.key())).isEqualTo(row.withGrace(3 * SECOND));
            assertThat(copies.find(row.key())).extracting(StoredCopy::digest).isEqualTo(row.digest());
        }
        assertThat(all()).hasSize(700);
    }

    /** After a loss of all members a stored check-in may be as old as a heartbeat may be late. */
    @Test
    void loadedRowsAreListedForTheGraceLonger() {
        Registration row = stored(1).get(0);

        refresh.load();

        Registration loaded = known(row);
        long end = row.lastVersion().micros() + LEASE.ttlMicros() + 3 * SECOND;
        assertThat(LEASE.isLive(loaded, end)).isTrue();
        assertThat(LEASE.isLive(loaded, end + 1)).isFalse();
    }

    /**
     * The owner of a key may write over a row that it knows to be stored. It would overwrite a row that no member has
     * read.
     */
    @Test
    void noRowIsKnownToBeStoredThatTheRegistryHasNotGot() {
        Registration row = stored(1).get(0);
        map.down = true;

        assertThatThrownBy(refresh::load).hasMessage("down");
        assertThat(copies.find(row.key()))
                .isEqualTo(StoredCopy.of(row, clock.nowMicros()).unmerged());

        map.down = false;
        assertThat(refresh.load().offered()).isEqualTo(1);
        assertThat(copies.find(row.key())).isEqualTo(StoredCopy.of(row, clock.nowMicros()));
    }

    /** A member that reads a row for the first time knows that it is stored. */
    @Test
    void whatIsLoadedIsNotWrittenBack() {
        stored(5_000);
        PartitionOwnerWritePolicy policy = new PartitionOwnerWritePolicy(
                copies, importer, registration -> true, new SetDivergence(), Duration.ofSeconds(2));
        WriteBehind writeBehind = new WriteBehind(backend, policy);
        writeBehind.follow();
        copy.listener = writeBehind::changed;

        refresh.load();
        assertThat(writeBehind.waiting()).isZero();

        writeBehind.close();
        assertThat(backend.batches).isEmpty();
    }

    @Test
    void whatWasReadBeforeTheBackendBrokeIsOffered() {
        stored(30);
        backend.breaksAfter = 20;

        assertThatThrownBy(refresh::load).hasMessage("broken in the middle");

        assertThat(copy.known).hasSize(20);
    }

    @Test
    void whatTheRegistryKnowsForSureGetsNoGrace() {
        Registration row = stored(1).get(0);
        everywhere(row);

        assertThat(refresh.load().offered()).isZero();
        assertThat(copy.find(row.key())).isEqualTo(row);
    }

    @Test
    void theSeedsRowsAreExact() {
        Registration row = Fixtures.registered(key("payments", 1), new Version(clock.nowMicros(), Version.NO_MEMBER));
        backend.rows.put(row.key(), row);

        refresh.load();

        assertThat(copy.find(row.key())).isEqualTo(row);
    }

    @Test
    void aRefreshOfAnUnchangedBackendChangesNothing() {
        stored(20);
        refresh.load();
        Map<InstanceKey, StoredCopy> before = Map.copyOf(copies.known);
        clock.now.addAndGet(6 * SECOND);

        assertThat(refresh.refresh()).isEqualTo(new BackendRefresh.Result(20, 0, 0, 0));
        assertThat(copies.known).isEqualTo(before);
    }

    @Test
    void newerCheckInsAndNewHostsComeIn() {
        Registration known = stored(1).get(0);
        refresh.load();
        clock.now.addAndGet(6 * SECOND);
        Registration newer = Fixtures.registered(known.key(), new Version(clock.nowMicros(), Version.NO_MEMBER));
        Registration other = Fixtures.registered(key("other", 1), new Version(clock.nowMicros(), Version.NO_MEMBER));
        backend.rows.put(newer.key(), newer);
        backend.rows.put(other.key(), other);

        assertThat(refresh.refresh().offered()).isEqualTo(2);

        assertThat(known(known).checkIn()).isEqualTo(newer.checkIn());
        assertThat(copy.find(other.key())).isEqualTo(other);
        assertThat(storedDigest(known)).isEqualTo(newer.digest());
    }

    /** A scan that ran beside a write may show what was there before it. */
    @Test
    void aRowJustWrittenIsBelievedToBeStored() {
        Registration old = stored(1).get(0);
        refresh.load();
        clock.now.addAndGet(10 * SECOND);
        Registration newer = Fixtures.registered(old.key(), clock.next());
        copies.put(Map.of(newer.key(), StoredCopy.of(newer, clock.nowMicros())));

        refresh.refresh();

        assertThat(storedDigest(old)).isEqualTo(newer.digest());
        clock.now.addAndGet(6 * SECOND);
        refresh.refresh();
        assertThat(storedDigest(old)).as("an operator set the table back").isEqualTo(old.digest());
    }

    @Test
    void aRowThatTwoScansLackDeregistersItsInstance() {
        Registration gone = stored(20).get(0);
        refresh.load();
        backend.rows.remove(gone.key());

        assertThat(refresh.refresh().deregistered()).isZero();
        assertThat(known(gone).isTombstone()).isFalse();
        assertThat(refresh.refresh().deregistered()).isEqualTo(1);

        assertThat(known(gone).isTombstone()).isTrue();
        assertThat(refresh.refresh().deregistered()).isZero();
    }

    @Test
    void aHeartbeatAfterTheRowWasTakenOutLives() {
        Registration gone = stored(20).get(0);
        refresh.load();
        backend.rows.remove(gone.key());
        refresh.refresh();
        refresh.refresh();

        Registration back = Fixtures.registered(gone.key(), clock.next());
        copy.merge(back);

        assertThat(known(gone).isTombstone()).isFalse();
    }

    @Test
    void aRowThatIsBackInBetweenHasNotVanished() {
        Registration row = stored(20).get(0);
        refresh.load();
        for (int i = 0; i < 3; i++) {
            backend.rows.remove(row.key());
            refresh.refresh();
            backend.rows.put(row.key(), row);
            refresh.refresh();
        }

        assertThat(known(row).isTombstone()).isFalse();
    }

    @Test
    void aRowThatOnlyScansMissHasNotVanished() {
        Registration row = stored(20).get(0);
        refresh.load();
        backend.overlooked.add(row.key());
        for (int i = 0; i < 3; i++) {
            assertThat(refresh.refresh().deregistered()).isZero();
        }

        assertThat(known(row).isTombstone()).isFalse();
    }

    @Test
    void anInstanceThatHasReportedSinceIsNotDeregisteredButWrittenAgain() {
        Registration row = stored(20).get(0);
        refresh.load();
        everywhere(Fixtures.registered(row.key(), clock.next()));
        backend.rows.remove(row.key());

        refresh.refresh();
        assertThat(refresh.refresh().deregistered()).isZero();

        assertThat(known(row).isTombstone()).isFalse();
        assertThat(copies.find(row.key()))
                .as("nothing is believed to be stored")
                .isNull();
    }

    @Test
    void aFailedScanProvesNothing() {
        Registration gone = stored(20).get(0);
        refresh.load();
        backend.rows.remove(gone.key());
        refresh.refresh();
        backend.down = true;
        assertThatThrownBy(refresh::refresh).hasMessage("down");
        assertThatThrownBy(refresh::refresh).hasMessage("down");
        backend.down = false;

        assertThat(known(gone).isTombstone()).isFalse();
        assertThat(refresh.refresh().deregistered()).isEqualTo(1);
    }

    @Test
    void manyRowsThatVanishAtOnceAreNotBelieved() {
        stored(100);
        refresh.load();
        backend.rows.clear();

        refresh.refresh();
        assertThat(refresh.refresh()).isEqualTo(new BackendRefresh.Result(0, 0, 0, 100));
        assertThat(refresh.refresh().disbelieved()).isEqualTo(100);

        assertThat(copy.known.values()).noneMatch(Registration::isTombstone);
    }

    @Test
    void fewMayAllVanish() {
        List<Registration> rows = stored(9);
        refresh.load();
        backend.rows.clear();

        refresh.refresh();
        assertThat(refresh.refresh().deregistered()).isEqualTo(9);
        assertThat(known(rows.get(0)).isTombstone()).isTrue();
    }

    @Test
    void aTenthMayVanishAndNotMore() {
        List<Registration> rows = stored(200);
        refresh.load();
        rows.subList(0, 20).forEach(row -> backend.rows.remove(row.key()));
        refresh.refresh();
        assertThat(refresh.refresh().deregistered()).isEqualTo(20);

        rows.subList(20, 39).forEach(row -> backend.rows.remove(row.key()));
        refresh.refresh();
        assertThat(refresh.refresh()).isEqualTo(new BackendRefresh.Result(161, 0, 0, 19));
    }

    @Test
    void expiredInstancesMayVanishInAnyNumber() {
        stored(100);
        refresh.load();
        clock.now.addAndGet(LEASE.ttlMicros() + 4 * SECOND);
        backend.rows.clear();

        refresh.refresh();
        assertThat(refresh.refresh()).isEqualTo(new BackendRefresh.Result(0, 0, 0, 0));
    }

    private Registration known(Registration row) {
        return Objects.requireNonNull(copy.find(row.key()));
    }

    private long storedDigest(Registration row) {
        return Objects.requireNonNull(copies.find(row.key())).digest();
    }

    private List<Registration> stored(int count) {
        List<Registration> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Registration row = Fixtures.registered(key("payments", i), clock.next());
            backend.rows.put(row.key(), row);
            rows.add(row);
        }
        return rows;
    }

    private void everywhere(Registration registration) {
        map.offer(List.of(registration));
        copy.merge(registration);
    }

    private List<Registration> all() {
        BitSet buckets = new BitSet();
        buckets.set(0, Buckets.COUNT);
        return map.read(buckets);
    }
}
