package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Change.Outcome;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The borders of the rule, and what a change does to an instance that is listed beyond its lease. */
class ExpiryProtectionTest {

    private static final long SECOND = 1_000_000;
    private static final InstanceKey KEY = InstanceKey.of(new ServiceName("payments"), new IpAddress("127.0.0.1"));
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final Lease OVERTIME = LEASE.withOvertime();
    /** The lease ended at 10 s. */
    private static final long LAPSED_UNTIL = 70 * SECOND;

    @ParameterizedTest
    @CsvSource({
        "0, 19, false",
        "0, 20, true",
        "9, 10, false",
        "9, 11, true",
        "10, 10, false",
        "10, 11, true",
        "20, 0, false",
        "500000, 500000, false",
        "499999, 500001, true"
    })
    void itNeedsTwentyInstancesAndMoreLapsedThanLive(long live, long lapsed, boolean active) {
        assertThat(ExpiryProtection.isActive(live, lapsed)).isEqualTo(active);
    }

    @Test
    void theSettingIsSpeltInSmallLetters() {
        assertThat(ExpiryProtection.ON.text()).isEqualTo("on");
        assertThat(ExpiryProtection.OFF.text()).isEqualTo("off");
    }

    @Test
    void anInstanceIsKeptWhileItsLeaseEndedLessThanSixLeasesAgo() {
        Registration registration = registered(Map.of());
        CheckIn checkIn = new CheckIn(at(0), 80, "r", "");

        assertThat(OVERTIME.isListed(checkIn, LAPSED_UNTIL - 1)).isTrue();
        assertThat(OVERTIME.isListed(checkIn, LAPSED_UNTIL)).isFalse();
        assertThat(LEASE.isListed(checkIn, 10 * SECOND)).isTrue();
        assertThat(LEASE.isListed(checkIn, 10 * SECOND + 1)).isFalse();
        assertThat(OVERTIME.isLive(registration, 10 * SECOND + 1))
                .as("overtime makes no instance live")
                .isFalse();
        assertThat(OVERTIME.keptUntil(registration))
                .as("overtime ends before the RETENTION, which it does not change")
                .isEqualTo(LEASE.keptUntil(registration))
                .isGreaterThan(LAPSED_UNTIL);
    }

    @Test
    void aGraceIsPartOfTheLeaseThatOvertimeFollows() {
        CheckIn late = new CheckIn(new Version(0, 1), 80, "r", "", 3 * SECOND);

        assertThat(OVERTIME.isListed(late, LAPSED_UNTIL + 3 * SECOND - 1)).isTrue();
        assertThat(OVERTIME.isListed(late, LAPSED_UNTIL + 3 * SECOND)).isFalse();
    }

    @Test
    void aHeartbeatKeepsTheTagsOfAHostThatIsStillListed() {
        Registration old = registered(Map.of("az", "\"a\"", "k", "1"));
        Registration weighed = applied(new Change.SetWeight(KEY, at(15 * SECOND), new Weight(3), OVERTIME), old);

        Registration back = applied(register(LAPSED_UNTIL - 1, OVERTIME), weighed);
        assertThat(back.tags().find("k")).isPresent();
        assertThat(back.tags().find(Weight.TAG)).isPresent();
        assertThat(back.deregistration()).isNull();

        assertThat(applied(register(LAPSED_UNTIL, OVERTIME), weighed).tags().find("k"))
                .as("beyond 6 leases it was listed no longer")
                .isEmpty();
        assertThat(applied(register(15 * SECOND, LEASE), weighed).tags().find("k"))
                .as("without protection it was not listed at all")
                .isEmpty();
    }

    @Test
    void aLapsedHostThatIsListedIsWeighedAndRemovedLikeALiveOne() {
        Registration old = registered(Map.of());

        assertThat(applied(new Change.SetWeight(KEY, at(15 * SECOND), new Weight(3), OVERTIME), old)
                        .checkIn())
                .as("a weight renews no lease")
                .isEqualTo(old.checkIn());
        assertThat(applied(new Change.Deregister(KEY, at(15 * SECOND), OVERTIME), old)
                        .isTombstone())
                .isTrue();
        assertThat(new Change.Deregister(KEY, at(LAPSED_UNTIL), OVERTIME).applyTo(old))
                .isInstanceOf(Outcome.Absent.class);
    }

    @Test
    void aRowThatMayHaveBeenListedWhenItsHostCameBackBringsItsTags() {
        Registration row = registered(Map.of("az", "\"a\"", "k", "1"));
        Registration back = applied(register(LAPSED_UNTIL - 1, LEASE), null);
        Registration late = applied(register(LAPSED_UNTIL, LEASE), null);

        assertThat(row.restoredBeside(back, ExpiryProtection.ON.longest(LEASE))).isEqualTo(row);
        assertThat(row.restoredBeside(late, ExpiryProtection.ON.longest(LEASE))
                        .tags()
                        .list())
                .isEmpty();
        assertThat(row.restoredBeside(back, ExpiryProtection.OFF.longest(LEASE))
                        .tags()
                        .list())
                .isEmpty();
    }

    private static Version at(long micros) {
        return new Version(micros, 1);
    }

    private static Change.Register register(long micros, Lease lease) {
        return new Change.Register(KEY, at(micros), 80, "r", "", Map.of("az", "\"b\""), lease);
    }

    private static Registration registered(Map<String, String> tags) {
        return applied(new Change.Register(KEY, at(0), 80, "r", "", tags, LEASE), null);
    }

    private static Registration applied(Change change, @Nullable Registration stored) {
        return ((Outcome.Applied) change.applyTo(stored)).registration();
    }
}
