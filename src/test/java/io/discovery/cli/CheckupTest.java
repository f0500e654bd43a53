package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.cli.Finding.Level;
import io.discovery.cli.text.JsonNumber;
import io.discovery.cli.text.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of doctor and safe, for what members tell. */
class CheckupTest {

    private static JsonObject well(String address) {
        return JsonObject.of(
                "id",
                "id-of-" + address,
                "address",
                address,
                "self",
                address.equals("a"),
                "version",
                "2",
                "answered",
                true,
                "ready",
                true,
                "writable",
                true,
                "hosts",
                JsonNumber.of(1),
                "services",
                JsonNumber.of(1),
                "content",
                "c0ffee",
                "settings",
                "abc",
                "host_ttl_seconds",
                JsonNumber.of(600),
                "history_since",
                "2026-11-27T15:00:00.000000Z",
                "expiry_protection",
                "off",
                "backend",
                JsonObject.of("storage", "InFile", "status", "UP", "waiting", JsonNumber.of(0)),
                "clock_offset_micros",
                JsonNumber.of(100),
                "heap_used_bytes",
                JsonNumber.of(10),
                "heap_max_bytes",
                JsonNumber.of(100),
                "disk_free_bytes",
                JsonNumber.of(1L << 40));
    }

    private static ClusterReport three(JsonObject third) {
        return new ClusterReport(
                "http://a",
                true,
                Stream.of(well("a"), well("b"), third).map(MemberReport::new).toList());
    }

    private static List<Finding> odd(ClusterReport cluster) {
        return new Checkup(cluster)
                .findings().stream()
                        .filter(finding -> finding.level() != Level.OK)
                        .toList();
    }

    @Test
    void aClusterThatIsWellHasNothingToDo() {
        ClusterReport cluster = three(well("c"));

        assertThat(odd(cluster)).isEmpty();
        assertThat(RestartRule.objections(cluster)).isEmpty();
    }

    static Stream<Arguments> faults() {
        JsonObject third = well("c");
        return Stream.of(
                Arguments.of("members", JsonObject.of("address", "c", "answered", false), true),
                Arguments.of("ready", third.with("ready", false).with("ready_reason", "loading"), true),
                Arguments.of("ready", third.with("writable", false), true),
                Arguments.of("settings", third.with("settings", "abd"), false),
                Arguments.of("versions", third.with("version", "3"), false),
                Arguments.of("content", third.with("content", "beef"), false),
                Arguments.of("clocks", third.with("clock_offset_micros", JsonNumber.of(-2_000_000)), false),
                Arguments.of(
                        "backend", third.with("backend", JsonObject.of("storage", "InFile", "status", "DOWN")), false),
                Arguments.of("disk", third.with("disk_free_bytes", JsonNumber.of(1_000)), false),
                Arguments.of("heap", third.with("heap_used_bytes", JsonNumber.of(90)), false),
                Arguments.of("history", third.with("history_since", null), false),
                Arguments.of("expiry", third.with("expiry_protection", "active"), false));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void eachFaultIsFoundAndHasAnAdvice(String check, JsonObject third, boolean keepsFromRestart) {
        ClusterReport cluster = three(third);

        assertThat(odd(cluster)).singleElement().satisfies(finding -> {
            assertThat(finding.check()).isEqualTo(check);
            assertThat(finding.advice()).isNotEmpty();
        });
        assertThat(RestartRule.objections(cluster).isEmpty()).isNotEqualTo(keepsFromRestart);
    }

    @Test
    void copiesOnTheirWayKeepFromARestart() {
        ClusterReport cluster =
                new ClusterReport("http://a", false, three(well("c")).members());

        assertThat(odd(cluster)).extracting(Finding::check).containsExactly("copies");
        assertThat(RestartRule.objections(cluster)).hasSize(1);
    }

    @Test
    void aMemberAloneIsNotRestartedWithoutClientsNotice() {
        ClusterReport alone = new ClusterReport("http://a", true, List.of(new MemberReport(well("a"))));

        assertThat(RestartRule.objections(alone)).singleElement().asString().contains("one member alone");
        assertThat(odd(alone)).extracting(Finding::check).containsExactly("members");
    }

    private static Finding only(JsonObject third) {
        List<Finding> odd = odd(three(third));
        assertThat(odd).hasSize(1);
        return odd.get(0);
    }

    @Test
    void settingsThatDifferAreNamed() {
        Finding expiry = only(well("c").with("settings", "abd").with("expiry_protection", "on"));
        Finding ttl = only(well("c").with("settings", "abd").with("host_ttl_seconds", JsonNumber.of(60)));
        Finding unknown = only(well("c").with("settings", "abd"));

        assertThat(expiry.found()).isEqualTo("EXPIRY_PROTECTION: off at a, b; on at c");
        assertThat(expiry.advice()).contains("the same EXPIRY_PROTECTION,").doesNotContain("INSTANCE_KEY");
        assertThat(ttl.found()).isEqualTo("HOST_TTL: 60 at c; 600 at a, b");
        assertThat(unknown.advice()).contains("INSTANCE_KEY");
    }

    @Test
    void aHistoryThatOneMemberLacksIsWorthALook() {
        Finding one = only(well("c").with("history_since", null));

        assertThat(one.level()).isEqualTo(Level.LOOK);
        assertThat(one.found()).contains("c").doesNotContain("a,");
        JsonObject loading = well("c").with("history_since", null).with("ready", false);
        assertThat(odd(three(loading))).extracting(Finding::check).containsExactly("ready");
    }

    @Test
    void aHistoryThatAllMembersLackIsAChoice() {
        List<MemberReport> members = Stream.of("a", "b", "c")
                .map(address -> new MemberReport(well(address).with("history_since", null)))
                .toList();

        assertThat(odd(new ClusterReport("http://a", true, members))).isEmpty();
    }

    @Test
    void theOnlyCopyInMemoryIsWorthALook() {
        JsonObject inMemory = well("a").with("backend", JsonObject.of("storage", "InMemory", "status", "UP"));
        ClusterReport alone = new ClusterReport("http://a", true, List.of(new MemberReport(inMemory)));

        assertThat(odd(alone))
                .filteredOn(finding -> finding.check().equals("copies"))
                .singleElement()
                .satisfies(copies -> {
                    assertThat(copies.found()).contains("a restart loses all").doesNotContain("beside its backend");
                    assertThat(copies.level()).isEqualTo(Level.LOOK);
                });
    }

    @Test
    void aNewBackendThatDoesNotAnswerKeepsTheOthersOnTheirOldOne() {
        JsonObject moved = well("c").with("backend", JsonObject.of("storage", "DynamoDB", "status", "UP"));
        JsonObject lost = well("c").with("backend", JsonObject.of("storage", "DynamoDB", "status", "DOWN"));

        JsonNumber justStarted = JsonNumber.of(5);

        assertThat(RestartRule.objections(three(moved.with("uptime_seconds", justStarted))))
                .isEmpty();
        assertThat(RestartRule.objections(three(lost.with("uptime_seconds", justStarted))))
                .containsExactly("the members move to another backend, and DynamoDB of member c is down");
        assertThat(RestartRule.objections(three(lost)))
                .as("the last one to leave it")
                .isEmpty();
    }

    private static ClusterReport seenFrom(String endpoint, String... addresses) {
        return new ClusterReport(
                endpoint,
                true,
                Stream.of(addresses)
                        .map(CheckupTest::well)
                        .map(MemberReport::new)
                        .toList());
    }

    @Test
    void aMemberThatIsAwayKeepsFromARestartThoughTheOthersAreWell() {
        List<ClusterReport> left = List.of(seenFrom("http://b", "b", "c"), seenFrom("http://c", "b", "c"));

        assertThat(RestartRule.objections(new ClusterViews(left, List.of()), 2)).isEmpty();
        assertThat(RestartRule.objections(new ClusterViews(left, List.of("http://a (connection refused)")), 0))
                .containsExactly("no answer from http://a (connection refused)");
    }

    @Test
    void behindALoadBalancerTheirNumberTellsThatOneIsAway() {
        ClusterViews one = new ClusterViews(List.of(seenFrom("http://lb", "b", "c")), List.of());

        assertThat(RestartRule.objections(one, 3)).containsExactly("http://lb sees 2 of 3 members");
    }

    @Test
    void halvesOfASplitKeepFromARestartThoughEachIsWell() {
        ClusterViews split = new ClusterViews(
                List.of(seenFrom("http://a", "a", "b"), seenFrom("http://b", "a", "b"), seenFrom("http://c", "c", "d")),
                List.of());

        assertThat(RestartRule.objections(split, 0)).containsExactly("http://c sees other members than http://a");
    }

    @Test
    void aReasonThatAllMembersSeeIsToldOnce() {
        ClusterReport loading = three(well("c").with("ready", false));

        assertThat(RestartRule.objections(new ClusterViews(List.of(loading, loading), List.of()), 0))
                .hasSize(1);
    }
}
