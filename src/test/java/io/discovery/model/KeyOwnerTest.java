package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Change.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The owner's clock shows 1,000 s and lets versions be up to a minute ahead. */
class KeyOwnerTest {

    private static final long SECOND = 1_000_000;
    private static final long NOW = 1_000 * SECOND;
    private static final long LIMIT = NOW + Version.CLOCK_TOLERANCE_MICROS;
    private static final InstanceKey KEY = InstanceKey.of(new ServiceName("payments"), new IpAddress("127.0.0.1"));
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(100));
    private static final KeyOwner OWNER = new KeyOwner(LIMIT, () -> false);

    @Test
    void aChangeThatIsAheadOfTheOwnersClockIsRefused() {
        assertThat(OWNER.apply(register(LIMIT), null, null)).isInstanceOf(Outcome.Applied.class);
        assertThat(OWNER.apply(register(LIMIT + 1), null, null)).isInstanceOf(Outcome.Ahead.class);
    }

    /** Otherwise a registration that a wrong clock has put ahead could never be changed again. */
    @Test
    void aboveAStoredVersionThatIsAheadAChangeMayBeAheadToo() {
        long stored = LIMIT + 90 * SECOND;
        long most = stored + Version.CLOCK_TOLERANCE_MICROS;

        assertThat(OWNER.apply(register(most), registered(stored), null)).isInstanceOf(Outcome.Applied.class);
        assertThat(OWNER.apply(register(most + 1), registered(stored), null)).isInstanceOf(Outcome.Ahead.class);
    }

    /** The map may have an older state after a split; by that alone the lease would have ended. */
    @Test
    void aHeartbeatCountsBesideTheLaterOfTheMapsStateAndTheReadCopy() {
        Registration inMap = tagged(NOW - 150 * SECOND);
        Registration read = tagged(NOW - 50 * SECOND);

        assertThat(applied(OWNER.apply(register(NOW), inMap, read)).tags().find("k"))
                .isPresent();
        assertThat(applied(OWNER.apply(register(NOW), null, read)).tags().find("k"))
                .isPresent();
        assertThat(applied(OWNER.apply(register(NOW), inMap, null)).tags().find("k"))
                .isEmpty();
    }

    /** The member that took the change may not have known yet that a member has gone, to which the host had reported. */
    @Test
    void aHostThatReturnsKeepsWhatItHasWhileItMayHaveReportedElsewhere() {
        Registration silent = tagged(NOW - 100 * SECOND - 1);
        KeyOwner uncertain = new KeyOwner(LIMIT, () -> true);

        Registration kept = applied(uncertain.apply(register(NOW), silent, null));
        assertThat(kept.tags().find("k")).isPresent();
        assertThat(kept.deregistration()).isNull();
        assertThat(kept.checkIn()).isEqualTo(registered(NOW).checkIn());

        assertThat(applied(OWNER.apply(register(NOW), silent, null)).tags().find("k"))
                .isEmpty();
    }

    /** Heartbeats are many, and the question takes a lock. */
    @Test
    void noOtherChangeAsksWhetherTheHostMayHaveReportedElsewhere() {
        KeyOwner unasked = new KeyOwner(LIMIT, () -> {
            throw new AssertionError("asked");
        });
        Change weight = new Change.SetWeight(KEY, at(NOW), new Weight(3), LEASE);

        assertThat(unasked.apply(register(NOW), tagged(NOW - 100 * SECOND), null))
                .isInstanceOf(Outcome.Applied.class);
        assertThat(unasked.apply(register(NOW), null, null)).isInstanceOf(Outcome.Applied.class);
        assertThat(unasked.apply(weight, tagged(NOW - 200 * SECOND), null)).isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void aReadCopyAheadOfTheOwnersClockCountsAsMadeNow() {
        Change weight = new Change.SetWeight(KEY, at(NOW + 30 * SECOND), new Weight(3), LEASE);

        assertThat(checkInAfter(weight, registered(LIMIT))).isEqualTo(LIMIT);
        assertThat(checkInAfter(weight, registered(LIMIT + 1))).isEqualTo(NOW);
    }

    /** The member that made the change has the right clock, and the owner's is ahead. */
    @Test
    void aReadCopyFarAheadOfTheChangeCountsAsMadeJustBeforeIt() {
        long early = NOW - 100 * SECOND;
        Change weight = new Change.SetWeight(KEY, at(early), new Weight(3), LEASE);

        assertThat(checkInAfter(weight, registered(early + Version.CLOCK_TOLERANCE_MICROS)))
                .isEqualTo(early - 1);
    }

    @Test
    void aCopyOfAnotherMemberCountsByTheClockThatIsBehind() {
        long behind = LIMIT - 30 * SECOND;
        Registration most = registered(behind);
        Registration ahead = registered(behind + 1);

        for (KeyOwner owner : List.of(OWNER, new KeyOwner(behind, () -> false))) {
            long offererLimit = owner.equals(OWNER) ? behind : LIMIT;

            assertThat(owner.merge(most, null, offererLimit)).isEqualTo(most);
            assertThat(owner.merge(ahead, null, offererLimit))
                    .isEqualTo(registered(behind - Version.CLOCK_TOLERANCE_MICROS));
        }
    }

    @Test
    void aCopyOfAnotherMemberIsMergedIntoWhatTheOwnerHas() {
        Registration stored = tagged(NOW - 10 * SECOND);

        Registration merged = OWNER.merge(registered(NOW), stored, LIMIT);

        assertThat(merged).isEqualTo(Registration.merge(stored, registered(NOW)));
    }

    private static long checkInAfter(Change change, Registration read) {
        CheckIn checkIn = applied(OWNER.apply(change, null, read)).checkIn();
        return checkIn == null ? 0 : checkIn.micros();
    }

    private static Version at(long micros) {
        return new Version(micros, 1);
    }

    private static Change.Register register(long micros) {
        return new Change.Register(KEY, at(micros), 80, "r", "", Map.of(), LEASE);
    }

    private static Registration registered(long micros) {
        return registered(micros, Tags.NONE);
    }

    private static Registration tagged(long micros) {
        return registered(micros, Tags.of(Map.of("k", "1"), at(micros)));
    }

    private static Registration registered(long micros, Tags tags) {
        return new Registration(KEY, new CheckIn(at(micros), 80, "r", ""), tags, null);
    }

    private static Registration applied(Outcome outcome) {
        return ((Outcome.Applied) outcome).registration();
    }
}
