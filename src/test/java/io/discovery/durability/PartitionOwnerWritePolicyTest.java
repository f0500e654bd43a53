package io.discovery.durability;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.Fixtures;
import io.discovery.registry.ListedBackend;
import io.discovery.registry.LocalStore;
import io.discovery.registry.SetDivergence;
import io.discovery.registry.StoredCopy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PartitionOwnerWritePolicyTest {

    private static final Duration DELAY = Duration.ofSeconds(2);

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final LocalStore map = new LocalStore(LEASE, clock::nowMicros);
    private final Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
    private final Fixtures.PlainCopies copies = new Fixtures.PlainCopies();
    private final SetDivergence divergence = new SetDivergence();
    private boolean owner = true;
    private final PartitionOwnerWritePolicy policy = new PartitionOwnerWritePolicy(
            copies, new BackendImporter(map, copy, clock, LEASE, DELAY), registration -> owner, divergence, DELAY);

    private final Registration stored = registered(key("payments", 1), clock.next());

    @Test
    void onlyTheOwnerWrites() {
        assertThat(policy.isDue(stored)).isTrue();

        owner = false;

        assertThat(policy.isDue(stored)).isFalse();
    }

    /** A row that is known to be stored may be written over; newer parts of it would be lost. */
    @Test
    void whatWasFoundIsKnownToBeStoredOnlyOnceTheRegistryHasIt() {
        Registration found = changed(heartbeat());
        map.down = true;

        assertThatThrownBy(() -> policy.done(List.of(found), List.of(found))).hasMessage("down");

        assertThat(copies.find(found.key())).isNull();
    }

    @Test
    void whatIsStoredIsNotDue() {
        done(stored);

        assertThat(policy.isDue(stored)).isFalse();
    }

    /** The row may have something that the registry lacks: the writer reads it first. */
    @Test
    void whatWasReadIsNotWrittenBackNorWrittenOverUnread() {
        copies.put(Map.of(stored.key(), StoredCopy.of(stored, clock.nowMicros()).unmerged()));

        assertThat(policy.isDue(stored)).isFalse();
        assertThat(policy.known(stored.key())).isNull();
    }

    /** The other half of a split has written the row, and this member's copy has yet to be compared. */
    @Test
    void whatAnotherHalfStoredIsNotWrittenOverUnreadWhileTheCopyIsBehind() {
        done(stored);

        divergence.copyIsBehind = true;
        assertThat(policy.known(stored.key())).isNull();

        divergence.copyIsBehind = false;
        assertThat(policy.known(stored.key())).isNotNull();
    }

    /** Nothing is compared any more, and time is short. */
    @Test
    void aMemberThatStopsTrustsWhatItKnowsOfRows() {
        done(stored);
        divergence.copyIsBehind = true;

        policy.writeForOthers();

        assertThat(policy.known(stored.key())).isNotNull();
    }

    @Test
    void aHeartbeatIsOverdueWhenTheStoredCheckInIsOldEnough() {
        done(stored);
        Registration heartbeat = changed(heartbeat());

        clock.now.set(stored.lastVersion().micros() + 2 * SECOND - 1);
        assertThat(policy.isOverdue(heartbeat)).isFalse();
        clock.now.set(stored.lastVersion().micros() + 2 * SECOND);
        assertThat(policy.isOverdue(heartbeat)).isTrue();
    }

    @Test
    void aHeartbeatShortlyBeforeThatIsTakenAlready() {
        done(stored);

        clock.now.set(stored.lastVersion().micros() + 17 * SECOND / 10);
        assertThat(policy.isDue(changed(heartbeat()))).isFalse();
        clock.now.set(stored.lastVersion().micros() + 18 * SECOND / 10);
        Registration heartbeat = changed(heartbeat());
        assertThat(policy.isDue(heartbeat)).isTrue();
        assertThat(policy.isOverdue(heartbeat)).isFalse();
    }

    /** Once the time of the row came, it would be news. */
    @Test
    void whatAWrongClockStoredIsWrittenOverAtOnce() {
        done(registered(stored.key(), new Version(clock.nowMicros() + 3_600 * SECOND, 2)));

        assertThat(policy.isDue(stored)).isTrue();
        assertThat(policy.isOverdue(stored)).isTrue();
    }

    @Test
    void whatLyftDiscoveryStoredIsNotWhateverItsClock() {
        done(registered(stored.key(), new Version(clock.nowMicros() + 90 * SECOND, Version.NO_MEMBER)));

        assertThat(policy.isDue(stored)).isFalse();
    }

    /** Each heartbeat moves the registry's check-in, none the stored one: no heartbeat puts off the write again. */
    @Test
    void moreHeartbeatsDoNotPutOffTheWrite() {
        done(stored);
        Registration latest = stored;
        for (int i = 0; i < 4; i++) {
            clock.now.addAndGet(SECOND / 2);
            latest = changed(heartbeat());
        }

        assertThat(policy.isDue(latest)).isTrue();
    }

    @Test
    void whatReadersSeeIsDueAtOnce() {
        done(stored);

        assertThat(policy.isDue(changed(new Change.SetWeight(stored.key(), clock.next(), new Weight(7), LEASE))))
                .isTrue();
        assertThat(policy.isDue(changed(new Change.Deregister(stored.key(), clock.next(), LEASE))))
                .isTrue();
        assertThat(policy.isDue(changed(register(81, "r", "", Map.of())))).isTrue();
        assertThat(policy.isDue(changed(register(80, "s", "", Map.of())))).isTrue();
        assertThat(policy.isDue(changed(register(80, "r", "repo", Map.of())))).isTrue();
        assertThat(policy.isDue(changed(register(80, "r", "", Map.of("az", "\"b\"")))))
                .isTrue();
    }

    @Test
    void aNewStartAfterTheEndOfTheLeaseIsDueAtOnce() {
        done(stored);
        clock.now.addAndGet(LEASE.ttlMicros() + 1);

        assertThat(policy.isDue(changed(heartbeat()))).isTrue();
    }

    @Test
    void nothingIsPostponedForNobody() {
        done(stored);
        Registration heartbeat = changed(heartbeat());

        policy.leaveNothing();

        assertThat(policy.isDue(heartbeat)).isTrue();
        assertThat(policy.isDue(stored)).isFalse();
    }

    @Test
    void whatIsPastItsRetentionIsNotDue() {
        clock.now.set(LEASE.keptUntil(stored));

        assertThat(policy.isDue(stored)).isFalse();
    }

    @Test
    void whatTheBackendHadNewerComesIntoTheRegistry() {
        Registration newer = registered(stored.key(), new Version(clock.nowMicros() + 1, Version.NO_MEMBER));
        copy.merge(stored);

        policy.done(List.of(newer), List.of(newer));

        assertThat(copy.find(stored.key())).isEqualTo(newer);
        assertThat(map.offer(List.of(newer))).as("known already").isZero();
        assertThat(policy.isDue(newer)).isFalse();
    }

    /** The grace of a heartbeat is forgotten when its row is read again, unless a heartbeat is known. */
    @Test
    void theGraceOfALoadedInstanceStays() {
        Registration loaded = stored.withGrace(2 * SECOND);
        map.offer(List.of(loaded));
        copy.merge(loaded);

        policy.done(List.of(stored), List.of(stored));

        assertThat(copy.find(stored.key())).isEqualTo(loaded);
    }

    private void done(Registration registration) {
        policy.done(List.of(registration), List.of());
    }

    private Change heartbeat() {
        return register(80, "r", "", Map.of("az", "\"a\""));
    }

    private Change register(int port, String revision, String repo, Map<String, String> tags) {
        return new Change.Register(stored.key(), clock.next(), port, revision, repo, tags, LEASE);
    }

    private Registration changed(Change change) {
        return ((Outcome.Applied) change.applyTo(stored)).registration();
    }

    /** The owner has written its last, and this member is about to. */
    @Test
    void aMemberThatStopsWritesWhatItsOwnerMayNotHaveWritten() {
        done(stored);
        Registration gone = changed(new Change.Deregister(stored.key(), clock.next(), LEASE));
        owner = false;
        assertThat(policy.isOverdue(gone)).isFalse();

        policy.writeForOthers();

        assertThat(policy.isOverdue(gone)).isTrue();
        assertThat(policy.isOverdue(stored)).isFalse();
    }

    /** While it waited, another member owned the key, and stored a newer state. */
    @Test
    void aStateThatWaitedLongIsWrittenAsItIsNow() {
        ListedBackend backend = new ListedBackend();
        WriteBehind writeBehind = new WriteBehind(backend, policy);
        writeBehind.follow();
        writeBehind.changed(stored);
        copy.merge(stored);
        Registration gone = changed(new Change.Deregister(stored.key(), clock.next(), LEASE));
        copy.merge(gone);
        done(gone);

        writeBehind.start(Duration.ofMillis(20));

        Awaitility.await().until(() -> writeBehind.waiting() == 0);
        writeBehind.close();
        assertThat(backend.batches).isEmpty();
    }
}
