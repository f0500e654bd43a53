package io.discovery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Change.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeaseTest {

    private static final long SECOND = 1_000_000;
    private static final InstanceKey KEY = InstanceKey.of(new ServiceName("payments"), new IpAddress("127.0.0.1"));
    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));

    @Test
    void aHostIsListedUpToAndWithItsTtl() {
        Registration registration = registered(0, Map.of());

        assertThat(LEASE.isLive(registration, 10 * SECOND)).isTrue();
        assertThat(LEASE.isLive(registration, 10 * SECOND + 1)).isFalse();
    }

    @Test
    void aLeaseIsHalfOverBehindItsMiddleGraceIncluded() {
        CheckIn checkIn = Objects.requireNonNull(registered(0, Map.of()).checkIn());

        assertThat(LEASE.isHalfOver(checkIn, 5 * SECOND)).isFalse();
        assertThat(LEASE.isHalfOver(checkIn, 5 * SECOND + 1)).isTrue();
        assertThat(LEASE.isHalfOver(new CheckIn(at(0), 80, "r", "", SECOND), 6 * SECOND))
                .isFalse();
    }

    @Test
    void retentionIsEightLeasesAndAMinuteAfterTheLastVersion() {
        Registration registration = registered(0, Map.of());
        Registration weighed = applied(new Change.SetWeight(KEY, at(5), new Weight(3), LEASE), registration);

        assertThat(LEASE.keptUntil(registration)).isEqualTo(140 * SECOND);
        assertThat(LEASE.keptUntil(weighed)).isEqualTo(145 * SECOND);
        assertThat(LEASE.isKept(registration, 140 * SECOND)).isFalse();
    }

    @Test
    void aWeightRenewsNoLease() {
        Registration weighed = applied(new Change.SetWeight(KEY, at(9), new Weight(3), LEASE), registered(0, Map.of()));

        assertThat(LEASE.isLive(weighed, 10 * SECOND + 1)).isFalse();
    }

    @Test
    void aWeightIsSetOnlyAboveTheOneBeforeAndAboveARemoval() {
        Registration weighed = applied(new Change.SetWeight(KEY, at(3), new Weight(3), LEASE), registered(0, Map.of()));
        Change same = new Change.SetWeight(KEY, new Version(3 * SECOND, 0), new Weight(5), LEASE);
        assertThat(same.applyTo(weighed)).isEqualTo(new Outcome.Stale(at(3)));

        Registration back = Registration.merge(registered(2, Map.of()), new Registration(KEY, null, Tags.NONE, at(1)));
        assertThat(new Change.SetWeight(KEY, new Version(SECOND, 0), new Weight(5), LEASE).applyTo(back))
                .isEqualTo(new Outcome.Stale(at(1)));
    }

    @Test
    void whatExpiredCanBeNeitherWeighedNorRemoved() {
        Registration registration = registered(0, Map.of());

        assertThat(new Change.SetWeight(KEY, at(11), new Weight(3), LEASE).applyTo(registration))
                .isInstanceOf(Outcome.Absent.class);
        assertThat(new Change.Deregister(KEY, at(11), LEASE).applyTo(registration))
                .isInstanceOf(Outcome.Absent.class);
    }

    /** Seed: POST /v1/registration, "tags are shallow-merged". */
    @Test
    void aHeartbeatKeepsTheTagsItDoesNotSend() {
        Registration beaten =
                applied(register(5, Map.of("az", "\"b\"")), registered(0, Map.of("az", "\"a\"", "k", "1")));

        assertThat(beaten.tags().find("az").orElseThrow().json()).isEqualTo("\"b\"");
        assertThat(beaten.tags().find("k").orElseThrow().json()).isEqualTo("1");
    }

    @Test
    void theOldTagsOfAnExpiredHostStayGoneInEveryLaterMerge() {
        Registration old = registered(0, Map.of("az", "\"a\"", "k", "1"));
        Registration back = applied(register(11, Map.of("az", "\"b\"")), old);

        assertThat(back.tags().find("k")).isEmpty();
        assertThat(Registration.merge(back, old)).isEqualTo(back);
    }

    @Test
    void anExpiredRowReadAfterTheHostCameBackBringsNoOldTags() {
        Registration row = registered(0, Map.of("az", "\"a\"", "k", "1"));
        Registration back = registered(11, Map.of("az", "\"b\""));
        Registration prompt = registered(9, Map.of("az", "\"b\""));

        assertThat(row.restoredBeside(back, LEASE).mergedInto(back).tags().find("k"))
                .isEmpty();
        assertThat(row.restoredBeside(prompt, LEASE).mergedInto(prompt).tags().find("k"))
                .isPresent();
        assertThat(row.restoredBeside(null, LEASE)).isEqualTo(row);
    }

    /** A member that was not open yet kept the tag of an older file: the newer file must not leave it at that. */
    @Test
    void anExpiredRowBringsNewerValuesOfTheTagsThatTheHostKept() {
        Registration older = registered(0, Map.of("az", "\"a\"", "k", "1"));
        Registration kept = Registration.merge(older, registered(20, Map.of("az", "\"a\"")));
        Registration row = registered(5, Map.of("az", "\"a\"", "k", "2", "other", "3"));

        Tags restored = row.restoredBeside(kept, LEASE).mergedInto(kept).tags();

        assertThat(restored.find("k").orElseThrow().json()).isEqualTo("2");
        assertThat(restored.find("other")).isEmpty();
    }

    /** While no member knows when a lease has ended: a tag kept by mistake is better than a weight lost. */
    @Test
    void withRetentionAHostIsListedAsLongAsItIsKept() {
        CheckIn checkIn = new CheckIn(at(0), 80, "r", "");

        assertThat(LEASE.withRetention().isListed(checkIn, 150 * SECOND)).isTrue();
        assertThat(LEASE.withRetention().isListed(checkIn, 150 * SECOND + 1)).isFalse();
    }

    @Test
    void aLeaseOfNoTimeIsRefused() {
        assertThatThrownBy(() -> new Lease(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Version at(long second) {
        return new Version(second * SECOND, 1);
    }

    private static Change.Register register(long second, Map<String, String> tags) {
        return new Change.Register(KEY, at(second), 80, "r", "", tags, LEASE);
    }

    private static Registration registered(long second, Map<String, String> tags) {
        return applied(register(second, tags), null);
    }

    private static Registration applied(Change change, @Nullable Registration stored) {
        return ((Outcome.Applied) change.applyTo(stored)).registration();
    }
}
