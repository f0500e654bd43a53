package io.discovery.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Damage;
import io.discovery.registry.StorageBackend.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The contract of a {@link StorageBackend}. A backend's test extends it and says how to make one; each test of the
 * contract has a place of its own, and may make several backends on it, one after the other.
 */
public abstract class StorageBackendContract {

    /** HOST_TTL of the backends under test. */
    protected static final Lease LEASE = Lease.of(Duration.ofSeconds(10));

    private static final int ATTEMPTS = 5;

    /** Some moment, in microseconds. */
    protected static final long NOON = TimeUnit.SECONDS.toMicros(1_700_000_000);

    protected static final String NASTY =
            "\"'`\\ \n\r\t\0\u0001\u007f \u00e9 \u2028 \ufeff \ud83d\ude00 \\n \\u0000 %s ?1;--";

    /** The JSON of {@link #NASTY}, the way clients' tags are kept: one line, ASCII. */
    protected static final String NASTY_JSON = "\"\\\"'`\\\\ \\n\\r\\t\\u0000\\u0001\\u007f \\u00e9 \\u2028 \\ufeff"
            + " \\ud83d\\ude00 \\\\n \\\\u0000 %s ?1;--\"";

    /** The cluster's clock, moved by hand. */
    protected final AtomicLong now = new AtomicLong(NOON);

    /** True if that clock may have been set wrong. */
    protected boolean inDoubt;

    /**
     * The retention of the backends under test: a row past it may be removed at once, unless the clock is in doubt.
     */
    protected final Retention retention = new Retention(LEASE, now::get, () -> inDoubt ? Long.MIN_VALUE : now.get());

    /** A backend on the place of this test that is not open yet. */
    protected abstract StorageBackend backend(Retention rules);

    @Test
    void aNewPlaceHoldsNothing() {
        assertThat(stored()).isEmpty();
    }

    @Test
    void whatWasWrittenIsScannedAfterANewStart() {
        Registration registration = registered("10.0.0.1", NOON);

        write(registration);

        assertThat(stored()).containsExactly(registration);
    }

    @Test
    void whatWasWrittenIsScannedAtOnce() {
        Registration registration = registered("10.0.0.1", NOON);

        try (StorageBackend backend = opened()) {
            put(backend, List.of(registration));

            assertThat(scan(backend)).containsExactly(registration);
        }
    }

    @Test
    void eachRegisterKeepsItsOwnVersion() {
        Tag az = new Tag("az", "\"a\"", new Version(NOON - 1, 3));
        Tag weight = new Tag(Weight.TAG, "7", new Version(NOON + 1, Long.MIN_VALUE));
        Registration registration = new Registration(
                key("10.0.0.1"),
                new CheckIn(new Version(NOON, Long.MAX_VALUE), 65_535, "r", ""),
                new Tags(List.of(az, weight)),
                new Version(NOON - 2, -1));

        write(registration);

        assertThat(stored()).containsExactly(registration);
    }

    @Test
    void whatALaterVersionAddedComesBack() {
        Tag health = new Tag("health", NASTY_JSON, new Version(NOON + 1, Long.MIN_VALUE));
        Tag odd = new Tag(NASTY, "{\"a\": [1.50, null]}", new Version(NOON - 1, 3));
        Registration registration = withAdditions(tagged("10.0.0.1", NOON, "health"), health, odd);
        Registration removed = withAdditions(deregistered("10.0.0.2", NOON), health);

        write(registration, removed);

        assertThat(stored()).containsExactlyInAnyOrder(registration, removed);
    }

    @Test
    void whatALaterVersionAddedStaysBesideANewerCheckInWithoutIt() {
        Tag health = new Tag("health", "\"up\"", new Version(NOON, 2));
        write(withAdditions(registered("10.0.0.1", NOON), health));

        write(registered("10.0.0.1", NOON + 1));

        assertThat(stored()).containsExactly(withAdditions(registered("10.0.0.1", NOON + 1), health));
    }

    @Test
    void anyTextComesBackAsItWas() {
        InstanceKey key = InstanceKey.of(new ServiceName(NASTY.replace("/", "")), new IpAddress("::1"));
        Version version = new Version(NOON, 1);
        Registration registration = new Registration(
                key,
                new CheckIn(version, 1, NASTY, NASTY),
                new Tags(List.of(new Tag(NASTY, NASTY_JSON, version), new Tag("", "{\"a\": [1.50, null]}", version))),
                null);

        write(registration);

        assertThat(stored()).containsExactly(registration);
    }

    @Test
    void namesThatDifferInLittleAreDifferentServices() {
        List<Registration> registrations = new ArrayList<>();
        for (String service : List.of("a", "A", "a ", "a\0", "a\0b", "á", "a\u0301", "\\", "\\\\")) {
            InstanceKey key = InstanceKey.of(new ServiceName(service), new IpAddress("10.0.0.1"));
            registrations.add(registered(key, NOON));
        }

        write(registrations.toArray(Registration[]::new));

        assertThat(stored()).containsExactlyInAnyOrderElementsOf(registrations);
    }

    @Test
    void aTombstoneIsStored() {
        write(registered("10.0.0.1", NOON));
        write(deregistered("10.0.0.1", NOON + 1));

        assertThat(stored()).containsExactly(deregistered("10.0.0.1", NOON + 1));
    }

    @Test
    void aTombstoneOfWhatWasNeverStoredIsStored() {
        write(deregistered("10.0.0.1", NOON));

        assertThat(stored()).containsExactly(deregistered("10.0.0.1", NOON));
    }

    @Test
    void anExpiredRegistrationIsStoredWhileItIsKept() {
        Registration expired = registered("10.0.0.1", NOON - 2 * LEASE.ttlMicros());

        write(expired);

        assertThat(stored()).containsExactly(expired);
    }

    @Test
    void aNewerCopyReplacesAnOlder() {
        write(registered("10.0.0.1", NOON));
        write(registered("10.0.0.1", NOON + 1));

        assertThat(stored()).containsExactly(registered("10.0.0.1", NOON + 1));
    }

    @Test
    void anOlderCopyChangesNothing() {
        write(registered("10.0.0.1", NOON));
        write(deregistered("10.0.0.2", NOON));

        write(registered("10.0.0.1", NOON - 1), registered("10.0.0.2", NOON - 1));

        assertThat(stored()).containsExactlyInAnyOrder(registered("10.0.0.1", NOON), deregistered("10.0.0.2", NOON));
    }

    @Test
    void theMemberDecidesBetweenVersionsOfOneMoment() {
        Registration lower = registered(key("10.0.0.1"), new Version(NOON, 1));
        Registration higher = registered(key("10.0.0.1"), new Version(NOON, 2));

        write(higher);
        write(lower);

        assertThat(stored()).containsExactly(higher);
    }

    @Test
    void aRegistrationOfWhatWasDeregisteredIsStored() {
        Version gone = new Version(NOON, 1);
        Registration back = new Registration(
                key("10.0.0.1"), new CheckIn(new Version(NOON + 1, 1), 80, "r", "repo"), Tags.NONE, gone);

        write(deregistered("10.0.0.1", NOON));
        write(back);

        assertThat(stored()).containsExactly(back);
    }

    @Test
    void whatIsPastItsRetentionIsLeftOut() {
        Registration old = registered("10.0.0.1", NOON);
        Registration recent = registered("10.0.0.2", NOON + 1);
        write(old, recent);

        now.set(LEASE.keptUntil(old));

        assertThat(stored()).containsExactly(recent);
    }

    @Test
    void nothingOfWhatIsPastItsRetentionComesBackWithANewRegistration() {
        Registration old = tagged("10.0.0.1", NOON, "az");
        write(old);
        now.set(LEASE.keptUntil(old));
        Registration back = registered("10.0.0.1", now.get());

        write(back);

        assertThat(stored()).containsExactly(back);
    }

    /**
     * A clock that ran ahead took the registration for past its RETENTION; a backend that answers that it is written
     * has written it.
     */
    @Test
    void whatIsTakenIsStoredWhateverTheClockSays() {
        Registration registration = registered("10.0.0.1", NOON);
        now.set(LEASE.keptUntil(registration));

        write(registration);

        now.set(NOON);
        assertThat(stored()).containsExactly(registration);
    }

    @Test
    void nothingIsRemovedWhileTheClockIsInDoubt() {
        Registration registration = registered("10.0.0.1", NOON);
        Registration ofAClockAhead = registered("10.0.0.2", LEASE.keptUntil(registration));
        write(registration);

        inDoubt = true;
        now.set(LEASE.keptUntil(registration));
        write(ofAClockAhead);
        assertThat(stored()).containsExactly(ofAClockAhead);

        now.set(NOON);
        assertThat(stored()).contains(registration);
    }

    /** The registry has taken the row as it is allowed to be ahead, and put the removal above that. */
    @Test
    void aRowOfAClockThatRanAheadAcceptsARemoval() {
        now.addAndGet(TimeUnit.HOURS.toMicros(1));
        write(tagged("10.0.0.1", now.get(), "az"));

        now.set(NOON + TimeUnit.SECONDS.toMicros(5));
        Registration removal = deregistered("10.0.0.1", NOON + Version.CLOCK_TOLERANCE_MICROS + 1);
        write(removal);

        assertThat(stored()).containsExactly(removal);
    }

    @Test
    void aRowOfAClockThatRanAheadAcceptsAHeartbeatAndKeepsItsTags() {
        now.addAndGet(TimeUnit.HOURS.toMicros(1));
        write(tagged("10.0.0.1", now.get(), "az"));

        now.set(NOON);
        write(registered("10.0.0.1", NOON));

        assertThat(stored()).singleElement().satisfies(row -> {
            assertThat(row.checkIn()).isEqualTo(registered("10.0.0.1", NOON).checkIn());
            assertThat(row.tags().find("az")).isPresent();
            assertThat(row.lastVersion().micros()).isEqualTo(NOON);
        });
    }

    /** Set by a member whose clock is right, before the last heartbeat. */
    @Test
    void aRowOfAClockThatRanAheadReplacesNoTag() {
        now.addAndGet(TimeUnit.HOURS.toMicros(1));
        write(tagged("10.0.0.1", now.get(), "az"));
        Tag set = new Tag("az", "\"b\"", new Version(NOON - 1_000, 1));
        Registration given =
                new Registration(key("10.0.0.1"), registered("10.0.0.1", NOON).checkIn(), new Tags(List.of(set)), null);

        now.set(NOON);
        write(given);

        assertThat(stored()).containsExactly(given);
    }

    /**
     * Turns the row of {@code payments} at this address into something that can be no registration, as an operator may
     * do by hand. The reports of such rows are not tested unless this is overridden.
     */
    protected void damageRow(String address) throws Exception {
        Assumptions.abort("damageRow is not overridden, so nothing is tested with the damaged row of " + address);
    }

    @Test
    void aRowThatCannotBeReadKeepsNoOtherFromComingBackAndIsTold() throws Exception {
        write(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON), registered("10.0.0.3", NOON));
        damageRow("10.0.0.2");

        try (StorageBackend backend = opened()) {
            assertThat(scan(backend))
                    .containsExactlyInAnyOrder(registered("10.0.0.1", NOON), registered("10.0.0.3", NOON));

            assertThat(backend.damage().rows()).isEqualTo(1);
            assertThat(backend.damage().reasons()).hasSize(1);
        }
    }

    @Test
    void aRowThatCannotBeReadIsReplacedByTheNextRegistration() throws Exception {
        write(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON));
        damageRow("10.0.0.1");

        try (StorageBackend backend = opened()) {
            scan(backend);
            assertThat(put(backend, List.of(registered("10.0.0.1", NOON + 1)))).isEmpty();

            assertThat(scan(backend))
                    .containsExactlyInAnyOrder(registered("10.0.0.1", NOON + 1), registered("10.0.0.2", NOON));
            assertThat(backend.damage()).isEqualTo(Damage.NONE);
        }
    }

    @Test
    void anEmptyBatchIsWritten() {
        try (StorageBackend backend = opened()) {
            assertThat(put(backend, List.of())).isEmpty();
            assertThat(scan(backend)).isEmpty();
        }
    }

    @Test
    void fiveThousandRegistrationsAreScannedOnceEach() {
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            registrations.add(tagged("10.0." + i / 250 + "." + i % 250, NOON + i, "az"));
        }

        try (StorageBackend backend = opened()) {
            for (int from = 0; from < registrations.size(); from += 500) {
                putAll(backend, registrations.subList(from, from + 500));
            }
        }

        assertThat(stored()).containsExactlyInAnyOrderElementsOf(registrations);
    }

    @Test
    void aWriteAfterANewStartAddsToWhatIsThere() {
        write(registered("10.0.0.1", NOON));
        write(registered("10.0.0.2", NOON));

        assertThat(stored()).containsExactlyInAnyOrder(registered("10.0.0.1", NOON), registered("10.0.0.2", NOON));
    }

    @Test
    void closingTwiceIsClosingOnce() {
        StorageBackend backend = opened();
        put(backend, List.of(registered("10.0.0.1", NOON)));

        backend.close();
        backend.close();

        assertThat(stored()).hasSize(1);
    }

    @Test
    void closingWhatWasNeverOpenDoesNothing() {
        backend(retention).close();

        assertThat(stored()).isEmpty();
    }

    @Test
    void itSaysWhatItIs() {
        try (StorageBackend backend = opened()) {
            assertThat(backend.description()).isNotBlank();
            assertThat(backend.scope()).isNotNull();
        }
    }

    @Test
    void aConsumerThatThrowsEndsTheScanAndDoesNoHarm() {
        try (StorageBackend backend = opened()) {
            put(backend, List.of(registered("10.0.0.1", NOON)));

            assertThatThrownBy(() -> backend.scan(registration -> {
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");

            assertThat(scan(backend)).hasSize(1);
            put(backend, List.of(registered("10.0.0.2", NOON)));
            assertThat(scan(backend)).hasSize(2);
        }
    }

    /** An open backend on the place of this test. */
    protected final StorageBackend opened() {
        StorageBackend backend = backend(retention);
        backend.open();
        return backend;
    }

    /** Writes to an open backend as if nothing were known of what is stored; answers what was refused. */
    public static Map<InstanceKey, BackendException> put(
            StorageBackend backend, Collection<Registration> registrations) {
        List<Write> writes = registrations.stream()
                .map(registration -> new Write(registration, null))
                .toList();
        return backend.write(writes).refused();
    }

    /** Gives again what is refused, as a member does: a place on a busy machine may not take all at once. */
    private static void putAll(StorageBackend backend, List<Registration> registrations) {
        List<Registration> left = registrations;
        for (int attempt = 1; attempt < ATTEMPTS && !left.isEmpty(); attempt++) {
            Map<InstanceKey, BackendException> refused = put(backend, left);
            left = left.stream()
                    .filter(registration -> refused.containsKey(registration.key()))
                    .toList();
        }
        assertThat(put(backend, left)).isEmpty();
    }

    /** Writes in a life of its own. */
    protected final void write(Registration... registrations) {
        try (StorageBackend backend = opened()) {
            assertThat(put(backend, List.of(registrations))).isEmpty();
        }
    }

    /** Returns the registrations that a new start finds. */
    protected final List<Registration> stored() {
        try (StorageBackend backend = opened()) {
            return scan(backend);
        }
    }

    protected static List<Registration> scan(StorageBackend backend) {
        List<Registration> registrations = new ArrayList<>();
        backend.scan(registrations::add);
        return registrations;
    }

    protected static InstanceKey key(String address) {
        return InstanceKey.of(new ServiceName("payments"), new IpAddress(address));
    }

    protected static Registration registered(String address, long micros) {
        return registered(key(address), micros);
    }

    protected static Registration registered(InstanceKey key, long micros) {
        return registered(key, new Version(micros, 1));
    }

    private static Registration registered(InstanceKey key, Version version) {
        return new Registration(key, new CheckIn(version, 80, "r" + version, "repo"), Tags.NONE, null);
    }

    /** A registration with one tag, as old as its check-in. */
    protected static Registration tagged(String address, long micros, String tag) {
        Version version = new Version(micros, 1);
        return new Registration(
                key(address),
                new CheckIn(version, 80, "r", "repo"),
                new Tags(List.of(new Tag(tag, "\"a\"", version))),
                null);
    }

    private static Registration withAdditions(Registration registration, Tag... additions) {
        return new Registration(
                registration.key(),
                registration.checkIn(),
                registration.tags(),
                registration.deregistration(),
                new Tags(List.of(additions)));
    }

    protected static Registration deregistered(String address, long micros) {
        return new Registration(key(address), null, Tags.NONE, new Version(micros, 1));
    }
}
