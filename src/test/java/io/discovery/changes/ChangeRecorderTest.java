package io.discovery.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.Fixtures;
import io.discovery.registry.Fixtures.HandClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChangeRecorderTest {

    private static final long SECOND = Fixtures.SECOND;
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final InstanceKey KEY = Fixtures.key("payments", 1);

    private final HandClock clock = new HandClock(7);
    private final Directory directory =
            new Directory(LEASE, ExpiryProtection.OFF, clock::nowMicros, CacheBudget.unlimited());
    private final ChangeRecorder recorder =
            new ChangeRecorder(100, LEASE, clock, id -> id == 7 ? "127.0.0.1:5701" : null, () -> "127.0.0.1:5701");

    @BeforeEach
    void follow() {
        directory.onListedChange(recorder);
        recorder.begin();
    }

    @Test
    void heartbeatsThatSayNothingNewAreNoChange() {
        register("r1", Map.of("az", "\"a\""));
        clock.now.addAndGet(5 * SECOND);
        register("r1", Map.of("az", "\"a\""));
        register("r1", Map.of());

        assertThat(changes())
                .containsExactly("registered port: null -> 80, revision: null -> \"r1\","
                        + " service_repo_name: null -> \"\", tags.az: null -> \"a\"");
        assertThat(recorder.recorded()).isEqualTo(1);
    }

    @Test
    void eachChangeOfAFieldHasItsOldAndNewValue() {
        register("r1", Map.of("az", "\"a\""));
        register("r2", Map.of("az", "\"a\"", "canary", "true"));
        weigh(7);
        weigh(9);

        assertThat(changes().subList(1, 4))
                .containsExactly(
                        "updated revision: \"r1\" -> \"r2\", tags.canary: null -> true",
                        "weight tags.load_balancing_weight: null -> 7",
                        "weight tags.load_balancing_weight: 7 -> 9");
    }

    @Test
    void aChangeHasTheTimeAndTheMemberOfItsVersion() {
        register("r1", Map.of());
        long time = clock.nowMicros();
        clock.now.addAndGet(SECOND);
        apply(new Change.SetWeight(KEY, new Version(clock.nowMicros(), 8), new Weight(3), LEASE));

        InstanceChange registered = recorded().get(0);
        assertThat(registered.id().micros()).isEqualTo(time);
        assertThat(registered.member()).isEqualTo("127.0.0.1:5701");
        assertThat(registered.port()).isEqualTo(80);
        assertThat(recorded().get(1).id().micros()).isEqualTo(time + SECOND);
        assertThat(recorded().get(1).member()).isNull();
    }

    @Test
    void anExpiryHasTheEndOfTheLeaseAsItsTimeAndIsToldOnce() {
        register("r1", Map.of());
        long end = clock.nowMicros() + 10 * SECOND;

        clock.now.set(end);
        directory.noticeLapsed();
        assertThat(kinds()).containsExactly("registered");

        clock.now.set(end + 3 * SECOND);
        directory.noticeLapsed();
        directory.noticeLapsed();
        assertThat(kinds()).containsExactly("registered", "expired");
        assertThat(recorded().get(1).id().micros()).isEqualTo(end);
        assertThat(recorded().get(1).port()).isEqualTo(80);
    }

    /** After a standstill all leases have ended, and peers know that they were renewed. */
    @Test
    void aMemberThatMayLackCheckInsRecordsNoExpiry() {
        register("r1", Map.of());
        clock.now.addAndGet(11 * SECOND);
        directory.noticeLapsed(() -> false);
        assertThat(kinds()).containsExactly("registered");

        directory.noticeLapsed(() -> true);
        assertThat(kinds()).containsExactly("registered", "expired");
    }

    @Test
    void anInstanceReturnsAfterExpiryWithTheFieldsThatDiffer() {
        register("r1", Map.of("az", "\"a\"", "old", "1"));
        clock.now.addAndGet(11 * SECOND);
        directory.noticeLapsed();
        register("r2", Map.of("az", "\"a\""));

        assertThat(changes().subList(1, 3))
                .containsExactly("expired ", "returned revision: \"r1\" -> \"r2\", tags.old: 1 -> null");
    }

    /** The look for expired instances comes every few seconds. */
    @Test
    void anExpiryThatNoLookHasSeenIsToldWithTheReturn() {
        register("r1", Map.of());
        long end = clock.nowMicros() + 10 * SECOND;
        clock.now.addAndGet(11 * SECOND);
        register("r1", Map.of());
        directory.noticeLapsed();

        assertThat(changes().subList(1, 3)).containsExactly("expired ", "returned ");
        assertThat(recorded().get(1).id().micros()).isEqualTo(end);
    }

    @Test
    void anInstanceReturnsAfterItsRemoval() {
        register("r1", Map.of());
        apply(new Change.Deregister(KEY, clock.next(), LEASE));
        register("r2", Map.of());

        assertThat(kinds()).containsExactly("registered", "deregistered", "returned");
        assertThat(recorded().get(1).port()).isEqualTo(80);
        assertThat(recorded().get(2).fields()).contains(new FieldChange("revision", null, "\"r2\""));
    }

    @Test
    void aRemovalAndAReturnThatComeAsOneAreTwoChanges() {
        register("r1", Map.of());
        Registration removed = ((Outcome.Applied)
                        new Change.Deregister(KEY, clock.next(), LEASE).applyTo(directory.find(KEY)))
                .registration();
        Change back = new Change.Register(KEY, clock.next(), 80, "r1", "", Map.of(), LEASE);
        directory.merge(((Outcome.Applied) back.applyTo(removed)).registration());

        assertThat(kinds()).containsExactly("registered", "deregistered", "returned");
        assertThat(recorded().get(1).id()).isLessThan(recorded().get(2).id());
    }

    @Test
    void anInstanceThatIsForgottenIsRegisteredAnew() {
        register("r1", Map.of());
        clock.now.addAndGet(LEASE.retentionMicros() + SECOND);
        directory.noticeLapsed();
        directory.sweep();
        register("r1", Map.of());

        assertThat(kinds()).containsExactly("registered", "expired", "registered");
    }

    @Test
    void copiesThatAreOldOrHaveExpiredAreNoChange() {
        register("r1", Map.of());
        Registration old = Fixtures.registered(KEY, new Version(clock.nowMicros() - SECOND, 3));
        directory.merge(old);
        directory.merge(
                Fixtures.registered(Fixtures.key("payments", 2), new Version(clock.nowMicros() - 11 * SECOND, 3)));
        directory.noticeLapsed();

        assertThat(changes()).hasSize(2);
        assertThat(changes().get(1)).startsWith("updated tags.az: null");
    }

    @Test
    void whatAMemberLearnsWhileItStartsIsNotNew() {
        ChangeRecorder newcomer = new ChangeRecorder(100, LEASE, clock, id -> null, () -> null);
        directory.onListedChange(newcomer);
        register("r1", Map.of());
        clock.now.addAndGet(11 * SECOND);
        directory.noticeLapsed();

        assertThat(newcomer.ring().size()).isZero();
        assertThat(newcomer.knownSince()).isEmpty();
        newcomer.begin();
        register("r1", Map.of());
        assertThat(newcomer.ring().size()).isEqualTo(1);
        assertThat(newcomer.knownSince()).hasValue(clock.nowMicros() - 1);
    }

    @Test
    void rowsOfTheDurableCopyAreRestoredUpToAQuarterOfTheMemory() {
        ChangeRecorder first = new ChangeRecorder(8, LEASE, clock, id -> null, () -> "127.0.0.1:5702");
        directory.onListedChange(first);
        List<Registration> rows = List.of(row(1), row(2), row(3));
        clock.now.addAndGet(5 * SECOND);

        first.restoring(rows, () -> rows.forEach(directory::merge));
        directory.merge(row(4));

        List<RecordedChange> changes = first.ring().read(any -> true);
        assertThat(changes).hasSize(2).allSatisfy(restored -> {
            assertThat(restored.change().kind()).isEqualTo(ChangeKind.RESTORED);
            assertThat(restored.change().id().micros()).isEqualTo(clock.nowMicros());
            assertThat(restored.change().member()).isEqualTo("127.0.0.1:5702");
        });
    }

    /** Protection begins with the ends of the other hosts' leases. */
    @Test
    void aHostThatProtectionListsAgainCanBeWeighedAndGo() {
        Directory protecting = new Directory(LEASE, ExpiryProtection.ON, clock::nowMicros, CacheBudget.unlimited());
        protecting.onListedChange(recorder);
        Lease longest = LEASE.withOvertime();
        Consumer<Change> applying = change ->
                protecting.merge(((Outcome.Applied) change.applyTo(protecting.find(change.key()))).registration());
        applying.accept(new Change.Register(KEY, clock.next(), 80, "r1", "", Map.of(), longest));
        clock.now.addAndGet(5 * SECOND);
        for (int host = 2; host <= 30; host++) {
            InstanceKey other = Fixtures.key("payments", host);
            applying.accept(new Change.Register(other, clock.next(), 80, "r1", "", Map.of(), longest));
        }
        clock.now.addAndGet(5 * SECOND);
        protecting.noticeLapsed();
        clock.now.addAndGet(6 * SECOND);
        protecting.noticeLapsed();

        applying.accept(new Change.SetWeight(KEY, clock.next(), new Weight(3), longest));
        protecting.noticeLapsed();
        applying.accept(new Change.Deregister(KEY, clock.next(), longest));

        assertThat(recorded().stream()
                        .filter(change -> change.address().equals(KEY.address()))
                        .map(InstanceChange::kind))
                .containsExactly(ChangeKind.REGISTERED, ChangeKind.EXPIRED, ChangeKind.WEIGHT, ChangeKind.DEREGISTERED);
    }

    /** Another program wrote them. */
    @Test
    void rowsThatComeLaterAreAllRestored() {
        ChangeRecorder small = new ChangeRecorder(8, LEASE, clock, id -> null, () -> "127.0.0.1:5702");
        directory.onListedChange(small);
        List<Registration> early = List.of(row(1), row(2));
        small.restoring(early, () -> early.forEach(directory::merge));
        small.begin();
        List<Registration> rows = List.of(row(3), row(4), row(5));

        small.restoring(rows, () -> rows.forEach(directory::merge));

        assertThat(small.ring().read(any -> true))
                .hasSize(5)
                .allMatch(change -> change.change().kind() == ChangeKind.RESTORED);
    }

    /** The directory would else be half changed: its lists, and not its digests. */
    @Test
    void aFaultOfTheRecorderIsNoneOfTheDirectory() {
        LongFunction<@Nullable String> failing = id -> {
            throw new IllegalStateException("told to fail at " + id);
        };
        ChangeRecorder faulty = new ChangeRecorder(8, LEASE, clock, failing, () -> null);
        directory.onListedChange(faulty);
        faulty.begin();
        clock.now.addAndGet(SECOND);

        Registration written = row(1);
        directory.merge(written);

        Comparison all = Comparison.at(LEASE, clock.nowMicros());
        Directory sound = new Directory(LEASE, ExpiryProtection.OFF, clock::nowMicros, CacheBudget.unlimited());
        sound.merge(written);
        assertThat(directory.digests(all)).isEqualTo(sound.digests(all));
        assertThat(directory.heapBytes()).isEqualTo(sound.heapBytes());
        assertThat(faulty.failures()).isEqualTo(1);
        assertThat(faulty.knownSince()).hasValue(clock.nowMicros());
    }

    @Test
    void idsAreTheSameOnAllMembersAndDifferWithinAMicrosecond() {
        Version version = new Version(5, 1);
        ChangeId id = ChangeId.of(KEY, ChangeKind.UPDATED, version);

        assertThat(ChangeId.of(KEY, ChangeKind.UPDATED, version)).isEqualTo(id);
        assertThat(ChangeId.parse(id.toString())).hasValue(id);
        assertThat(ChangeId.parse("5-1")).isEmpty();
        assertThat(List.of(
                        id,
                        ChangeId.of(KEY, ChangeKind.EXPIRED, version),
                        ChangeId.of(KEY, ChangeKind.UPDATED, new Version(5, 2)),
                        ChangeId.of(Fixtures.key("orders", 1), ChangeKind.UPDATED, version)))
                .doesNotHaveDuplicates();
    }

    private Registration row(int n) {
        return Fixtures.registered(Fixtures.key("payments", n), new Version(clock.nowMicros(), 3));
    }

    private void register(String revision, Map<String, String> tags) {
        apply(new Change.Register(KEY, clock.next(), 80, revision, "", tags, LEASE));
    }

    private void weigh(int weight) {
        apply(new Change.SetWeight(KEY, clock.next(), new Weight(weight), LEASE));
    }

    private void apply(Change change) {
        directory.merge(((Outcome.Applied) change.applyTo(directory.find(KEY))).registration());
    }

    private List<InstanceChange> recorded() {
        return recorder.ring().read(any -> true).stream()
                .map(RecordedChange::change)
                .toList();
    }

    private List<String> kinds() {
        return recorded().stream().map(change -> change.kind().text()).toList();
    }

    private List<String> changes() {
        return recorded().stream().map(ChangeRecorderTest::text).toList();
    }

    private static String text(InstanceChange change) {
        return change.kind().text() + " "
                + String.join(
                        ", ",
                        change.fields().stream().map(ChangeRecorderTest::text).toList());
    }

    private static String text(FieldChange field) {
        return field.name() + ": " + shown(field.old()) + " -> " + shown(field.now());
    }

    private static String shown(@Nullable String json) {
        return json == null ? "null" : json;
    }
}
