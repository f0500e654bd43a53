package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.history.History;
import io.discovery.testing.FakeClock;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.Tools;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A member that starts apart from the others with a clock far ahead of theirs, and then meets them. */
@Tag("long")
@Timeout(240)
@Execution(ExecutionMode.CONCURRENT)
class ClockFarAheadIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final Set<String> HOSTS = hosts("127.1.0.", 50);

    /** The host that is registered at the member whose clock is ahead. */
    private static final Set<String> HOSTS_AHEAD = hosts("127.2.0.", 250);

    private static final Set<String> REMOVED = hosts("127.3.0.", 8);
    private static final Set<String> SILENT = hosts("127.4.0.", 8);
    private static final Set<String> REPORTING = hosts("127.5.0.", 8);
    /** A part of the line that a member logs when it had no processor for long. */
    private static final String STOOD_STILL = "this process stood still";

    /** A part of the answer of a member that takes over many hosts. */
    private static final String LEARNING = "learning what other members have newer";

    /** The pause between two reports of a host. */
    private static final Duration REPORTS = Duration.ofSeconds(2);

    private static Set<String> hosts(String network, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(n -> network + n).collect(Collectors.toSet());
    }

    @BeforeAll
    static void needsNamespaces() {
        Network.whyNot().ifPresent(ClockFarAheadIT::skip);
        if (!FakeClock.isThere()) {
            skip("there is no libfaketime");
        }
    }

    private static void skip(String reason) {
        Tools.skip("a member whose clock is far ahead, " + reason
                + "; it needs Linux, root, iproute2, iptables, libfaketime");
    }

    /**
     * Checks that a member answers reads, or refuses them for a reason that has nothing to do with its peer's clock: it
     * had no processor for seconds, or takes over the many hosts of its peer, which lasts some milliseconds, and twice
     * if its comparisons with the map and with its peers find the same hosts at once.
     */
    private static void assertUndisturbed(MemberProcess member) {
        HttpResponse<String> answer = member.client().get("/v1/registration/svc");
        if (answer.statusCode() == 503) {
            assertThat(answer.body() + member.log()).containsAnyOf(LEARNING, STOOD_STILL);
            return;
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestClient.hostsOf(answer.body())).containsAll(HOSTS);
    }

    @Test
    void itRefusesReadsAndWritesUntilItIsRestartedAndDisturbsNoOtherMember(@TempDir Path dir) {
        try (Network network = Network.of(3);
                FaultyCluster cluster = FaultyCluster.start(network, new History(), dir, Map.of(), true)) {
            HOSTS.forEach(host -> cluster.client(1).register("svc", host));
            cluster.kill(0);
            apart(network);
            await().atMost(SOON).until(() -> FaultyCluster.sees(cluster.client(1)) == 2);
            cluster.setClock(0, Duration.ofHours(1));
            MemberProcess ahead = cluster.launchAgain(0);
            await().atMost(SOON).until(() -> status(ahead.client(), "/health/live") == 200);

            HOSTS_AHEAD.forEach(host -> ahead.client().register("ahead", host));

            network.heal();

            await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> showsAllOrNone(cluster.client(1)));
            await().atMost(SOON).until(() -> {
                assertUndisturbed(cluster.member(1));
                return ahead.client().get("/health/ready").body().contains("over a minute ahead");
            });
            assertThat(FaultyCluster.sees(cluster.client(1))).isEqualTo(3);
            assertThat(status(ahead.client(), "/v1/registration/svc")).isEqualTo(503);
            assertThat(registers(ahead.client())).isEqualTo(503);
            assertThat(registers(cluster.client(1))).isEqualTo(200);
            assertUndisturbed(cluster.member(2));
            assertThat(cluster.client(2).metric("discovery_clock_offset_microseconds"))
                    .as("of the others' clocks")
                    .isLessThan(60e6);
            await("the map and the copy to be equal")
                    .atMost(SOON)
                    .until(() -> ahead.client().get("/v1/cluster").body().contains("\"partitions_safe\": true"));

            cluster.kill(0);
            cluster.setClock(0, Duration.ZERO);
            cluster.launchAgain(0).awaitReady();

            assertThat(cluster.member(0).showsAllOrNothing("svc", HOSTS)).isTrue();
            assertThat(registers(cluster.client(0))).isEqualTo(200);
        }
    }

    /**
     * The clock is so little ahead that the test reaches the time of its versions, and further than leases last, so that
     * a host that comes back with such a version is listed.
     */
    @Test
    void whatItWroteNeverWinsOverWhatTheOthersDidSince(@TempDir Path dir) {
        Duration lead = Duration.ofSeconds(100);
        Map<String, String> environment = Map.of(
                "HOST_TTL", "20", "BACKEND_STORAGE", "InFile", "CLUSTER_MIN_MEMBERS", "1", "JOIN_WAIT_SECONDS", "2");
        try (Network network = Network.of(3);
                FaultyCluster cluster = FaultyCluster.start(network, new History(), dir, environment, true)) {
            TestClient right = cluster.client(1);
            cluster.kill(0);
            apart(network);
            await().atMost(SOON).until(() -> FaultyCluster.sees(right) == 2);
            cluster.setClock(0, lead);
            MemberProcess ahead = cluster.launchAgain(0);
            await().atMost(SOON).until(() -> status(ahead.client(), "/health/ready") == 200);
            Set<String> all = new HashSet<>(REMOVED);
            all.addAll(SILENT);
            all.addAll(REPORTING);
            all.forEach(host -> ahead.client().register("svc", host));
            weigh(ahead.client(), 7);
            Instant written = Instant.now().plus(lead);
            network.heal();
            await().atMost(SOON).until(() -> listed(right).equals(all));
            await().atMost(SOON)
                    .until(() -> ahead.client().get("/health/ready").body().contains("over a minute ahead"));

            REMOVED.forEach(host -> assertThat(
                            right.delete("/v1/registration/svc/" + host).statusCode())
                    .isEqualTo(200));
            weigh(right, 3);

            await().atMost(lead)
                    .pollInterval(REPORTS)
                    .until(() -> reportAndList(right).equals(REPORTING));
            await().atMost(lead).pollInterval(REPORTS).until(() -> {
                assertThat(reportAndList(right)).isEqualTo(REPORTING);
                assertThat(listed(cluster.client(2))).isEqualTo(REPORTING);
                return Instant.now().isAfter(written);
            });
            cluster.kill(0);
            cluster.setClock(0, Duration.ZERO);
            cluster.launchAgain(0).awaitReady();
            reportAndList(right);
            assertThat(listed(cluster.client(0))).isEqualTo(REPORTING);
        }
    }

    private static void weigh(TestClient client, int weight) {
        REPORTING.forEach(host -> assertThat(client.post(
                                "/v1/loadbalancing/svc/" + host,
                                Map.of("load_balancing_weight", Integer.toString(weight)))
                        .statusCode())
                .isEqualTo(204));
    }

    /** Reports some hosts, whose weight must be the later one, and returns all that are listed. */
    private static Set<String> reportAndList(TestClient client) {
        REPORTING.forEach(host -> client.register("svc", host));
        String list = client.get("/v1/registration/svc").body();
        assertThat(list).doesNotContain("\"load_balancing_weight\": 7");
        return TestClient.hostsOf(list);
    }

    private static Set<String> listed(TestClient client) {
        return TestClient.hostsOf(client.get("/v1/registration/svc").body());
    }

    /**
     * Returns whether a member lists all hosts that were registered at the other.
     *
     * @throws AssertionError if it lists some of them
     */
    private static boolean showsAllOrNone(TestClient client) {
        HttpResponse<String> response = client.get("/v1/registration/ahead");
        if (response.statusCode() == 503) {
            return false;
        }
        Set<String> listed = TestClient.hostsOf(response.body());
        assertThat(listed)
                .satisfiesAnyOf(
                        none -> assertThat(none).isEmpty(),
                        all -> assertThat(all).isEqualTo(HOSTS_AHEAD));
        return !listed.isEmpty();
    }

    private static void apart(Network network) {
        for (int other = 1; other < network.size(); other++) {
            network.drop(0, other);
            network.drop(other, 0);
        }
    }

    private static int registers(TestClient client) {
        return client.post("/v1/registration/svc", TestClient.registration(Map.of("ip", "127.1.0.1")))
                .statusCode();
    }

    private static int status(TestClient client, String path) {
        try {
            return client.get(path).statusCode();
        } catch (UncheckedIOException notListening) {
            return 0;
        }
    }
}
