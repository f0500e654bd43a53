package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.FakeClock;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.Prometheus;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The alerts in a real Prometheus that scrapes real members, which die, are forgotten, stand still, wait, are full or lose their
 * table. Their times are cut to seconds; with the times of the file promtool sees all of them:
 * {@link io.discovery.docs.AlertsTest}.
 */
@Tag("long")
@Tag("days")
@Timeout(240)
class AlertsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    @BeforeAll
    static void require() {
        Prometheus.require();
    }

    @Test
    void noneFiresForAClusterThatIsWellAndMembersThatDieOrStandStillAreNamed() {
        try (TestCluster cluster = TestCluster.start(3, Map.of());
                Prometheus prometheus = Prometheus.alerting(Map.of("discovery", ports(cluster, 3)), dir)) {
            cluster.client(0).register("payments", "127.0.0.2");
            awaitCalm(prometheus);
            assertThat(prometheus.series("discovery_partitions_safe == 1")).hasSize(3);
            assertThat(prometheus.series("discovery_peer_equal_age_seconds < 60"))
                    .hasSize(3);

            cluster.kill(2);

            awaitFiring(
                    prometheus,
                    "DiscoveryMemberDown " + instance(cluster.member(2)),
                    "DiscoveryMemberMissing " + instance(cluster.member(0)),
                    "DiscoveryMemberMissing " + instance(cluster.member(1)));
            assertThat(prometheus.firing()).noneMatch(alert -> alert.startsWith("DiscoveryClusterSplit"));

            prometheus.retarget(Map.of("discovery", ports(cluster, 2)));

            // By then it has had two targets for three seconds: only those of before tell that a member is missing.
            awaitFiring(prometheus, "DiscoveryNotWatched discovery");
            assertThat(prometheus.firing())
                    .containsExactlyInAnyOrder(
                            "DiscoveryMemberMissing " + instance(cluster.member(0)),
                            "DiscoveryMemberMissing " + instance(cluster.member(1)),
                            "DiscoveryNotWatched discovery");

            prometheus.retarget(Map.of("discovery", ports(cluster, 3)));
            cluster.relaunch(2);
            awaitCalm(prometheus);
            cluster.member(1).freeze();

            awaitFiring(prometheus, "DiscoveryMemberDown " + instance(cluster.member(1)));
            cluster.member(1).thaw();
            awaitCalm(prometheus);
        }
    }

    @Test
    void membersThatDoNotSeeEachOtherAndOneThatWaitsAreNamed() {
        try (MemberProcess apart = MemberProcess.start(Map.of());
                MemberProcess other = MemberProcess.start(Map.of());
                MemberProcess waiting =
                        MemberProcess.launch(Map.of("CLUSTER_MIN_MEMBERS", "2", "JOIN_WAIT_SECONDS", "1"));
                Prometheus prometheus = Prometheus.alerting(
                        Map.of(
                                "discovery",
                                List.of(apart.port(), other.port()),
                                "discovery-b",
                                List.of(waiting.port())),
                        dir)) {
            awaitFiring(
                    prometheus,
                    "DiscoveryClusterSplit " + instance(apart),
                    "DiscoveryClusterSplit " + instance(other),
                    "DiscoveryMemberNotReady " + instance(waiting));
            await().atMost(PATIENCE).until(() -> {
                waiting.client().get("/v1/services");
                return prometheus.firing().contains("DiscoveryReadsRefused " + instance(waiting));
            });
            assertThat(prometheus.firing())
                    .noneMatch(alert -> alert.startsWith("DiscoveryMemberDown"))
                    .noneMatch(alert -> alert.startsWith("DiscoveryNotWatched"));

            prometheus.retarget(Map.of("discovery", List.of(apart.port(), other.port()), "discovery-b", List.of()));

            awaitFiring(prometheus, "DiscoveryNotWatched discovery-b");
        }
    }

    @Test
    void aMemberThatLosesItsTableIsFullOrHasBadFilesIsNamed() throws IOException {
        DynamoDbLocal table = DynamoDbLocal.server();
        try (DynamoDbProxy proxy = DynamoDbProxy.before(table.port())) {
            Map<String, String> settings =
                    new HashMap<>(DynamoDbLocal.environment(DynamoDbLocal.newTableName(), proxy.endpoint()));
            settings.putAll(new TestAuthority(dir, "authority")
                    .issue("https", Form.server().ending(Instant.now().plus(Duration.ofHours(1))))
                    .httpsSettings());
            Path identities = TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml"));
            int plain = Ports.free(1).get(0);
            settings.putAll(Map.of(
                    "DYNAMODB_CREATE_TABLES_IN_APP", "true",
                    "PLAIN_PORT", Integer.toString(plain),
                    "AUTH_FILE", identities.toString(),
                    "AUTH_ANONYMOUS", "write",
                    "MAX_REGISTRATIONS", "10"));
            try (MemberProcess member = MemberProcess.start(settings);
                    Prometheus prometheus = Prometheus.alerting(Map.of("discovery", List.of(plain)), dir)) {
                String name = "127.0.0.1:" + plain;
                TestClient client = member.client();
                awaitFiring(prometheus, "DiscoveryCertificateEnds " + name, "DiscoveryCertificateEndsSoon " + name);
                assertThat(prometheus.firing()).hasSize(2);

                IntStream.range(1, 11).forEach(host -> client.register("payments", "127.0.0." + host));
                awaitFiring(prometheus, "DiscoveryHostsNearLimit " + name);
                assertThat(client.post("/v1/registration/payments", TestClient.registration(Map.of("ip", "127.0.0.11")))
                                .statusCode())
                        .isEqualTo(507);
                awaitFiring(prometheus, "DiscoveryNoRoom " + name);

                Files.writeString(identities, "identities: {");
                awaitFiring(prometheus, "DiscoveryAuthFileBroken " + name);

                proxy.refuse();
                client.post("/v1/loadbalancing/payments", Map.of("load_balancing_weight", "7"));
                awaitFiring(prometheus, "DiscoveryBackendFails " + name, "DiscoveryBackendStuck " + name);
            }
        }
    }

    @Test
    void aMemberWhoseHostsFallSilentOrWhoseClockIsWrongIsNamed() {
        boolean hasClock = FakeClock.isThere();
        FakeClock clock = new FakeClock(dir.resolve("clock"));
        Map<String, String> settings = new HashMap<>(Map.of("EXPIRY_PROTECTION", "on", "HOST_TTL", "3"));
        if (hasClock) {
            settings.putAll(clock.environment());
        }
        try (MemberProcess member = MemberProcess.start(settings);
                Prometheus prometheus = Prometheus.alerting(Map.of("discovery", List.of(member.port())), dir)) {
            awaitCalm(prometheus);
            Stream<String> hosts = IntStream.range(1, 41).mapToObj(host -> "127.0.0." + host);

            hosts.forEach(host -> member.client().register("payments", host));

            awaitFiring(
                    prometheus,
                    "DiscoveryExpiryProtection " + instance(member),
                    "DiscoveryManyExpire " + instance(member));
            if (!hasClock) {
                Tools.skip("no alert on a wrong clock is looked at; there is no libfaketime");
            }
            clock.set(Duration.ofSeconds(7));
            awaitFiring(prometheus, "DiscoveryClockOff " + instance(member));
        }
    }

    /** Returns the ports of the first members. */
    private static List<Integer> ports(TestCluster cluster, int members) {
        return IntStream.range(0, members)
                .map(n -> cluster.member(n).port())
                .boxed()
                .toList();
    }

    private static String instance(MemberProcess member) {
        return "127.0.0.1:" + member.port();
    }

    private static void awaitFiring(Prometheus prometheus, String... alerts) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(prometheus.firing()).contains(alerts));
    }

    /** Waits until no alert fires, for ten evaluations. */
    private static void awaitCalm(Prometheus prometheus) {
        double[] begin = {prometheus.evaluations()};
        await().atMost(PATIENCE).untilAsserted(() -> {
            if (!prometheus.firing().isEmpty()) {
                begin[0] = prometheus.evaluations();
            }
            assertThat(prometheus.firing()).isEmpty();
            assertThat(prometheus.evaluations()).isGreaterThan(begin[0] + 10);
        });
    }
}
