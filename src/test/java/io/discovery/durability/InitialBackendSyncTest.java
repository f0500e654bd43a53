package io.discovery.durability;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.discovery.registry.ListedBackend;
import io.discovery.registry.LocalStore;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class InitialBackendSyncTest {

    private final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    private final LocalStore map = new LocalStore(LEASE, clock::nowMicros);
    private final Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
    private final ListedBackend backend = new ListedBackend();
    private final BackendImporter importer = new BackendImporter(map, copy, clock, LEASE, Duration.ZERO);
    private final WriteBehind writeBehind = new WriteBehind(backend, WritePolicy.toItsOwn(importer));
    private final InitialBackendSync load = new InitialBackendSync(backend, importer);

    @Test
    void aHealthyRestartOffersAndWritesNothing() {
        for (int i = 0; i < 700; i++) {
            Registration registration = registered(key("payments", i), clock.next());
            everywhere(registration);
        }

        assertThat(load.run(writeBehind)).isEqualTo(new InitialBackendSync.Result(700, 0));
        assertThat(writeBehind.waiting()).isZero();
    }

    @Test
    void afterATotalLossAllRowsAreOfferedAndNoneIsWritten() {
        for (int i = 0; i < 700; i++) {
            row(registered(key("payments", i), clock.next()));
        }

        assertThat(load.run(writeBehind)).isEqualTo(new InitialBackendSync.Result(700, 700));
        assertThat(copy.known).hasSize(700);
        assertThat(stored()).hasSize(700);
        assertThat(writeBehind.waiting()).isZero();
    }

    @Test
    void whatWasReadBeforeTheBackendBrokeIsOffered() {
        for (int i = 0; i < 2_100; i++) {
            row(registered(key("payments", i), clock.next()));
        }
        backend.breaksAfter = 2_050;

        assertThatThrownBy(() -> load.run(writeBehind)).hasMessage("broken in the middle");
        assertThat(copy.known).hasSize(2_050);

        backend.breaksAfter = Integer.MAX_VALUE;
        assertThat(load.run(writeBehind)).isEqualTo(new InitialBackendSync.Result(2_100, 50));
    }

    @Test
    void whatTheBackendMissedIsWritten() {
        Registration old = row(registered(key("payments", 1), clock.next()));
        Registration newer = registered(old.key(), clock.next());
        Registration other = registered(key("payments", 2), clock.next());
        map.offer(List.of(newer, other));
        copy.merge(newer);
        copy.merge(other);

        assertThat(load.run(writeBehind).offered()).isZero();
        assertThat(writeBehind.waiting()).isEqualTo(2);
    }

    @Test
    void whatWasDeregisteredMeanwhileDoesNotComeBack() {
        Registration old = row(registered(key("payments", 1), clock.next()));
        Change deregister = new Change.Deregister(old.key(), clock.next(), LEASE);
        Registration tombstone = ((Outcome.Applied) deregister.applyTo(old)).registration();
        map.offer(List.of(tombstone));
        copy.merge(tombstone);

        load.run(writeBehind);

        assertThat(stored()).containsExactly(tombstone);
        assertThat(copy.find(old.key())).isEqualTo(tombstone);
        assertThat(writeBehind.waiting()).as("the tombstone").isEqualTo(1);
    }

    @Test
    void aRowOfAClockThatRanAheadIsClamped() {
        Registration ahead = row(registered(key("payments", 1), new Version(clock.nowMicros() + 3_600 * SECOND, 1)));

        load.run(writeBehind);

        assertThat(copy.find(ahead.key()))
                .isNotNull()
                .satisfies(loaded ->
                        assertThat(loaded.lastVersion().micros()).isLessThanOrEqualTo(clock.nowMicros() + 60 * SECOND));
    }

    /** It may have been removed while this member was down, after its clock had run ahead. */
    @Test
    void aRowOfAClockThatRanAheadBringsNoRemovedHostBack() {
        Registration ahead = row(registered(key("payments", 1), new Version(clock.nowMicros() + 3_600 * SECOND, 1)));
        Registration there = registered(ahead.key(), clock.next());
        Change removal = new Change.Deregister(there.key(), clock.next(), LEASE);
        Registration removed = ((Change.Outcome.Applied) removal.applyTo(there)).registration();
        map.offer(List.of(removed));
        copy.merge(removed);

        load.run(writeBehind);

        assertThat(stored()).containsExactly(removed);
        assertThat(copy.find(ahead.key())).isEqualTo(removed);
        assertThat(writeBehind.waiting()).isOne();
    }

    /** The seed's clock is ahead, and hosts report to the seed alone. */
    @Test
    void aLaterRowOfLyftDiscoveryIsAReport() {
        Registration first = row(registered(key("payments", 1), new Version(clock.nowMicros() + 90 * SECOND, 0)));
        load.run(writeBehind);
        clock.now.addAndGet(5 * SECOND);

        row(registered(first.key(), new Version(clock.nowMicros() + 90 * SECOND, 0)));
        load.run(writeBehind);

        assertThat(Objects.requireNonNull(copy.find(first.key())).lastVersion().micros())
                .isEqualTo(clock.limitMicros());
    }

    @Test
    void whatChangesDuringTheLoadIsWritten() {
        row(registered(key("payments", 1), clock.next()));
        load.run(writeBehind);

        writeBehind.changed(registered(key("payments", 2), clock.next()));

        assertThat(writeBehind.waiting()).isEqualTo(1);
    }

    @Test
    void aBackendThatCannotBeReadIsStillWritten() {
        copy.merge(registered(key("payments", 1), clock.next()));

        load.skip(writeBehind);

        assertThat(writeBehind.waiting()).isEqualTo(1);
    }

    private void everywhere(Registration registration) {
        row(registration);
        map.offer(List.of(registration));
        copy.merge(registration);
    }

    private Registration row(Registration registration) {
        backend.rows.put(registration.key(), registration);
        return registration;
    }

    private List<Registration> stored() {
        BitSet all = new BitSet();
        all.set(0, Buckets.COUNT);
        return map.read(all);
    }

    /** A member that waits for others before it reads its file takes writes meanwhile. */
    @Test
    void whatIsKnownIsWrittenAtTheEndIfTheBackendHasNotBeenRead() {
        Registration known = registered(key("payments", 1), clock.next());
        copy.merge(known);

        load.finish(writeBehind);
        writeBehind.close();

        assertThat(backend.rows).containsValue(known);
    }

    @Test
    void whatIsStoredIsNotWrittenOnceMoreAtTheEnd() {
        Registration known = registered(key("payments", 1), clock.next());
        everywhere(known);
        load.run(writeBehind);

        load.finish(writeBehind);

        assertThat(writeBehind.waiting()).isZero();
    }
}
