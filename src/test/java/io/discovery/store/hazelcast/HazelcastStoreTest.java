package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.discovery.model.Change;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.discovery.registry.RegistrationCopies;
import io.discovery.registry.RegistrationStore;
import io.discovery.registry.RegistrationStoreContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The contract on two real members: about half of the keys belong to the one that is not asked. */
class HazelcastStoreTest extends RegistrationStoreContract {

    private static final Fixtures.HandClock CLOCK = new Fixtures.HandClock(1);

    @AutoClose
    private static final HazelcastMembers MEMBERS = HazelcastMembers.start(2);

    private static HazelcastStore on(HazelcastInstance member) {
        return new HazelcastStore(member, CLOCK, LEASE);
    }

    @Override
    protected RegistrationStore store() {
        return on(MEMBERS.first());
    }

    @Override
    protected RegistrationCopies copies() {
        return on(MEMBERS.second());
    }

    @Override
    protected long nowMicros() {
        return CLOCK.nowMicros();
    }

    @Test
    void everyWriteIsHeardOfOnEveryMember() {
        Set<Registration> heard = ConcurrentHashMap.newKeySet();
        WriteListener writes = on(MEMBERS.second()).onWrite(heard::add, () -> isSafe(MEMBERS.second()));
        writes.adjust();
        assertThat(writes.hearsEvents()).isTrue();

        List<Registration> written = write(MEMBERS.first(), "heard");

        await().atMost(Duration.ofSeconds(10)).until(() -> heard.containsAll(written));
    }

    /** Copies are on their way: until the member hears events, it has to compare. */
    @Test
    void aMemberKnowsWhetherItMayMissAWrite() {
        WriteListener writes = on(MEMBERS.second()).onWrite(registration -> {}, () -> isSafe(MEMBERS.second()));
        assertThat(writes.mayMissWrites()).isTrue();
        writes.adjust();
        assertThat(writes.mayMissWrites()).isFalse();

        CLOCK.now.addAndGet(WriteListener.UNREST_MICROS);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            writes.adjust();
            return !writes.hearsEvents();
        });
        assertThat(writes.mayMissWrites()).isFalse();
        writes.unrest();
        assertThat(writes.mayMissWrites()).isTrue();
    }

    /** As it is most of the time. */
    @Test
    void everyWriteIsHeardOfWithoutEventsWhereEveryMemberHoldsACopy() {
        Set<Registration> heard = ConcurrentHashMap.newKeySet();
        WriteListener writes = on(MEMBERS.second()).onWrite(heard::add, () -> isSafe(MEMBERS.second()));
        writes.adjust();
        assertThat(writes.hearsEvents()).isTrue();
        CLOCK.now.addAndGet(WriteListener.UNREST_MICROS);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            writes.adjust();
            return !writes.hearsEvents();
        });

        List<Registration> written = write(MEMBERS.first(), "untold");

        await().atMost(Duration.ofSeconds(10)).until(() -> heard.containsAll(written));
        writes.unrest();
        writes.adjust();
        assertThat(writes.hearsEvents()).isTrue();
    }

    /** Some member has no copy of some registrations. */
    @Test
    void everyWriteIsHeardOfInAClusterOfEight() {
        try (HazelcastMembers eight = HazelcastMembers.start(RegistrationMap.COPIES + 1)) {
            List<Set<Registration>> heard = new ArrayList<>();
            List<WriteListener> all = new ArrayList<>();
            for (HazelcastInstance member : eight.all()) {
                Set<Registration> here = ConcurrentHashMap.newKeySet();
                heard.add(here);
                all.add(on(member).onWrite(here::add, () -> isSafe(member)));
            }
            CLOCK.now.addAndGet(WriteListener.UNREST_MICROS);
            all.forEach(WriteListener::adjust);

            List<Registration> written = write(eight.first(), "eight");

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> heard.stream().allMatch(here -> here.containsAll(written)));
        }
    }

    private static boolean isSafe(HazelcastInstance member) {
        return member.getPartitionService().isClusterSafe();
    }

    private static List<Registration> write(HazelcastInstance member, String service) {
        List<Registration> written = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            written.add(registered(key(service, i), CLOCK.next()));
        }
        on(member).offer(written);
        return written;
    }

    @Test
    void backupsHoldTheFinishedValueAndItsTimeToLive() {
        List<Registration> written = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            written.add(registered(key("backed-up", i), new Version(CLOCK.nowMicros() - 100 * SECOND, 1)));
        }
        on(MEMBERS.first()).offer(written);
        IMap<String, Registration> map = MEMBERS.first().getMap(RegistrationMap.NAME);

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            long copies = Stream.of(MEMBERS.first(), MEMBERS.second())
                    .mapToLong(member -> {
                        var stats = member.<String, Registration>getMap(RegistrationMap.NAME)
                                .getLocalMapStats();
                        return stats.getOwnedEntryCount() + stats.getBackupEntryCount();
                    })
                    .sum();
            assertThat(copies).isEqualTo(2L * map.size());
        });
        written.forEach(
                registration -> assertThat(secondsLeft(registration.key())).isBetween(35L, 45L));
    }

    /** The older of two copies may have a tag that the newer lacks. */
    @Test
    void whatIsMergedIsKeptAsLongAsTheYoungerOfBoth() {
        InstanceKey key = key("merged", 1);
        Registration younger = registered(key, CLOCK.next());
        Version older = new Version(CLOCK.nowMicros() - 100 * SECOND, 1);
        Change withAnotherTag = new Change.Register(key, older, 80, "r", "", Map.of("b", "1"), LEASE);
        Registration offered = ((Change.Outcome.Applied) withAnotherTag.applyTo(null)).registration();

        on(MEMBERS.first()).offer(List.of(younger));
        assertThat(on(MEMBERS.first()).offer(List.of(offered))).isOne();

        assertThat(secondsLeft(key)).isBetween(135L, 145L);
    }

    private static long secondsLeft(InstanceKey key) {
        IMap<String, Registration> map = MEMBERS.first().getMap(RegistrationMap.NAME);
        long left = map.getEntryView(key.toString()).getExpirationTime() - System.currentTimeMillis();
        return TimeUnit.MILLISECONDS.toSeconds(left);
    }

    /** The offer may come from a member that knows the time, or from one that does not. */
    @Test
    void whatIsAheadIsKeptAsLongAsWhatIsWrittenNow() {
        Fixtures.HandClock told = new Fixtures.HandClock(2);
        told.leadMicros = 3_600 * SECOND;
        told.now.set(CLOCK.nowMicros() + told.leadMicros);
        InstanceKey key = key("kept", 1);
        InstanceKey other = key("kept", 2);

        on(MEMBERS.second()).offer(List.of(registered(key, told.next())));
        new HazelcastStore(MEMBERS.second(), told, LEASE).offer(List.of(registered(other, told.next())));

        assertThat(secondsLeft(key)).isBetween(135L, 145L);
        assertThat(secondsLeft(other)).isBetween(135L, 145L);
    }

    /** The owner may know of members that have gone when the member that sends the change did not. */
    @Test
    void anOwnerKeepsTheTagsOfAHostThatMayHaveReportedToOthers() {
        AtomicBoolean uncertain = new AtomicBoolean(true);
        HazelcastStore owner = new HazelcastStore(MEMBERS.second(), CLOCK, LEASE, uncertain::get, null);
        HazelcastStore sender = on(MEMBERS.first());
        InstanceKey key = IntStream.range(0, 50)
                .mapToObj(n -> key("uncertain", n))
                .filter(each -> owner.owns(registered(each, CLOCK.next())))
                .findFirst()
                .orElseThrow();
        applied(sender, new Change.Register(key, CLOCK.next(), 80, "r", "", Map.of("k", "1"), LEASE));

        assertThat(returned(sender, key).tags().find("k")).isPresent();
        uncertain.set(false);
        assertThat(returned(sender, key).tags().find("k")).isEmpty();
    }

    private static Registration returned(HazelcastStore sender, InstanceKey key) {
        CLOCK.now.addAndGet(LEASE.ttlMicros() + SECOND);
        Change.Outcome outcome = applied(sender, new Change.Register(key, CLOCK.next(), 80, "r", "", Map.of(), LEASE));
        return ((Change.Outcome.Applied) outcome).registration();
    }

    /** The clock of the sender may be wrong, not that of the owner. */
    @Test
    void anOwnerTakesNoVersionThatIsAheadByItsClock() {
        Fixtures.HandClock ahead = new Fixtures.HandClock(2);
        ahead.now.set(CLOCK.nowMicros() + 3_600 * SECOND);
        HazelcastStore right = on(MEMBERS.second());
        HazelcastStore wrong = new HazelcastStore(MEMBERS.first(), ahead, LEASE);
        List<InstanceKey> keys = IntStream.range(0, 50)
                .mapToObj(n -> key("ahead", n))
                .filter(key -> right.owns(registered(key, CLOCK.next())))
                .toList();
        assertThat(keys).isNotEmpty();
        for (InstanceKey key : keys) {
            Change register = new Change.Register(key, ahead.next(), 80, "r", "", Map.of(), LEASE);
            assertThat(applied(wrong, register)).isInstanceOf(Change.Outcome.Ahead.class);

            wrong.restore(registered(key, ahead.next()))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            Registration taken = Objects.requireNonNull(MEMBERS.first()
                    .<String, Registration>getMap(RegistrationMap.NAME)
                    .get(key.toString()));
            assertThat(taken.lastVersion().micros()).isEqualTo(CLOCK.nowMicros());
            assertThat(secondsLeft(key)).isBetween(135L, 145L);

            Change above = new Change.Register(key, ahead.nextAbove(taken.lastVersion()), 80, "r", "", Map.of(), LEASE);
            assertThat(applied(wrong, above)).isInstanceOf(Change.Outcome.Ahead.class);
        }
    }

    /** Otherwise the host could not report any more. */
    @Test
    void anOwnerTakesAChangeAboveWhatIsAheadAlready() {
        Fixtures.HandClock own = new Fixtures.HandClock(2);
        own.now.set(CLOCK.nowMicros() + 3_600 * SECOND);
        HazelcastStore owner = new HazelcastStore(MEMBERS.second(), own, LEASE);
        InstanceKey key = IntStream.range(0, 50)
                .mapToObj(n -> key("above", n))
                .filter(each -> owner.owns(registered(each, CLOCK.next())))
                .findFirst()
                .orElseThrow();
        Version ahead = own.next();
        applied(owner, new Change.Register(key, ahead, 80, "r", "", Map.of(), LEASE));

        own.now.set(CLOCK.nowMicros());

        Change above = new Change.Register(key, own.nextAbove(ahead), 80, "r", "", Map.of(), LEASE);
        assertThat(applied(owner, above)).isInstanceOf(Change.Outcome.Applied.class);
    }

    /** In each round that finds the difference. */
    @Test
    void whatIsAheadIsNotGivenBackAgainAndAgain() {
        Registration ahead = registered(key("ahead", 100), new Version(CLOCK.limitMicros() + 60 * SECOND, 1));
        assertThat(on(MEMBERS.first()).offer(List.of(ahead))).isOne();
        CLOCK.now.addAndGet(SECOND);

        assertThat(on(MEMBERS.first()).offer(List.of(ahead))).isZero();
    }

    private static Change.Outcome applied(HazelcastStore store, Change change) {
        return store.apply(change).toCompletionStage().toCompletableFuture().join();
    }

    /** As after a merge, before this member has been told the time. */
    @Test
    void anOwnerDoesNotReckonWithWhatItsCopyHasFarAheadOfAChange() {
        InstanceKey key = key("copied", 2);
        Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
        copy.merge(registered(key, new Version(CLOCK.nowMicros() + 3_600 * SECOND, 2)));
        MEMBERS.all()
                .forEach(member -> assertThat(new HazelcastPeerCopies(member, copy).count())
                        .isOne());
        try {
            Change heartbeat = new Change.Register(key, CLOCK.next(), 80, "r", "", Map.of(), LEASE);

            assertThat(applied(on(MEMBERS.first()), heartbeat)).isInstanceOf(Change.Outcome.Applied.class);
        } finally {
            MEMBERS.all().forEach(member -> member.getUserContext().clear());
        }
    }

    /** As after a split, of the half whose map is discarded. */
    @Test
    void anOwnerReckonsWithWhatItsCopyKnowsBeyondTheMap() {
        InstanceKey key = key("copied", 1);
        HazelcastStore store = on(MEMBERS.first());
        on(MEMBERS.second());
        store.restore(registered(key, CLOCK.next()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        CLOCK.now.addAndGet(LEASE.ttlMicros() + SECOND);
        Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
        copy.merge(registered(key, CLOCK.next()));
        MEMBERS.all()
                .forEach(member -> assertThat(new HazelcastPeerCopies(member, copy).count())
                        .isOne());
        try {
            Change heartbeat = new Change.Register(key, CLOCK.next(), 80, "r", "", Map.of(), LEASE);

            Change.Outcome outcome = store.apply(heartbeat)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();

            assertThat(((Change.Outcome.Applied) outcome).registration().deregistration())
                    .isNull();
        } finally {
            MEMBERS.all().forEach(member -> member.getUserContext().clear());
        }
    }
}
