package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.SeedTable;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.Writers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Real members that share one table: the owner of a row writes it. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class DynamoDbClusterIT {

    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final Duration SLOW = Duration.ofSeconds(10);
    private static final DynamoDbLocal DYNAMO = DynamoDbLocal.server();

    private final SeedTable seed = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();

    @Test
    void theEndOfAllMembersLosesNothing() {
        try (TestCluster cluster = TestCluster.start(3, environment(Map.of()))) {
            Set<String> kept = new TreeSet<>();
            for (int i = 0; i < 150; i++) {
                cluster.client(i % 3).register("kept", "127.4.0." + (i + 1));
                kept.add("127.4.0." + (i + 1));
            }
            cluster.client(0).post("/v1/loadbalancing/kept/127.4.0.1", Map.of("load_balancing_weight", "7"));
            cluster.client(1).delete("/v1/registration/kept/127.4.0.2");
            kept.remove("127.4.0.2");
            String before = cluster.client(2).get("/v1/registration/kept").body();
            assertThat(TestClient.hostsOf(before)).isEqualTo(kept);
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(seed.hosts("kept", TTL).keySet()).isEqualTo(kept);
                assertThat(seed.hosts("kept", TTL).get("127.4.0.1")).contains("\"load_balancing_weight\": 7");
                assertThat(sum(cluster, "discovery_backend_waiting")).isZero();
            });
            assertThat(sum(cluster, "discovery_backend_written_total"))
                    .as("each row is written by one member, and what changed twice in a second once")
                    .isBetween(150.0, 152.0);

            // Owner and backup of some keys are gone at once: who is left reads the table, and finds no news.
            double passes = cluster.client(2).metric("discovery_refresh_passes_total");
            cluster.member(0).killNow();
            cluster.member(1).killNow();
            assertThat(cluster.client(2).hosts("kept")).isEqualTo(kept);
            await().atMost(SOON).until(() -> cluster.client(2).metric("discovery_refresh_passes_total") > passes);
            assertThat(cluster.client(2).get("/v1/registration/kept").body()).isEqualTo(before);

            cluster.kill(2);
            for (int n = 0; n < 3; n++) {
                cluster.relaunch(n);
            }
            cluster.awaitWhole();

            for (int n = 0; n < 3; n++) {
                assertThat(cluster.client(n).get("/v1/registration/kept").body())
                        .as("member %s, check-ins to the microsecond", n)
                        .isEqualTo(before);
            }
            assertThat(sum(cluster, "discovery_backend_written_total"))
                    .as("what was read is not written")
                    .isZero();
        }
    }

    @Test
    void theEndOfOneMemberLosesNothingAndTheTableCatchesUp() {
        Map<String, String> settings = Map.of("STORE_REFRESH_SECONDS", "0");
        try (TestCluster cluster = TestCluster.start(3, environment(settings));
                Writers writers = Writers.start("written", 2, cluster)) {
            writers.awaitAcknowledged(300);
            cluster.kill(1);
            writers.awaitAcknowledged(600);
            Set<String> acknowledged = writers.stop().acknowledged();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(seed.hosts("written", TTL).keySet())
                            .containsAll(acknowledged)
                            .isEqualTo(cluster.client(0).hosts("written")));
            assertThat(cluster.client(2).hosts("written")).containsAll(acknowledged);
            assertThat(cluster.client(0).metric("discovery_refresh_passes_total")
                            + cluster.client(2).metric("discovery_refresh_passes_total"))
                    .as("with all copies in place no member reads the table again")
                    .isLessThanOrEqualTo(1);
        }
    }

    /** The owner of some keys dies while its writes hang on the way; they arrive when all is over. */
    @Test
    void aSlowWriteOfAMemberThatDiedUndoesNothing() {
        try (DynamoDbProxy proxy = DynamoDbProxy.before(DYNAMO.port());
                TestCluster cluster = TestCluster.start(2, DynamoDbLocal.environment(seed.name(), proxy.endpoint()))) {
            long proofsOfPermission = proxy.count("PutItem");
            proxy.slowDown(SLOW);
            for (int i = 1; i <= 40; i++) {
                cluster.client(1).register("slow", "127.4.1." + i);
            }
            await().until(() -> proxy.count("PutItem") >= proofsOfPermission + 40);
            long arrivesAt = System.nanoTime() + SLOW.toNanos();
            cluster.kill(0);
            proxy.slowDown(Duration.ZERO);
            for (int i = 1; i <= 40; i++) {
                String path = "/v1/registration/slow/127.4.1." + i;
                await().until(() -> cluster.client(1).delete(path).statusCode() != 503);
            }
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(lastCheckIns("slow"))
                            .hasSize(40)
                            .containsOnly("1970-01-01T00:00:00.000000+0000"));
            assertThat(System.nanoTime())
                    .as("the deletions were in the table before the slow writes")
                    .isLessThan(arrivesAt);

            await().atMost(SLOW.multipliedBy(2)).until(() -> System.nanoTime() > arrivesAt && proxy.underWay() == 0);

            assertThat(lastCheckIns("slow")).hasSize(40).containsOnly("1970-01-01T00:00:00.000000+0000");
            assertThat(seed.hosts("slow", TTL)).isEmpty();
        }
    }

    /** Everything merged is what the table holds already. */
    @Test
    void aMemberThatWasFrozenAndMergesBackWritesNothing() {
        Map<String, String> settings = Map.of("STORE_REFRESH_SECONDS", "0");
        try (TestCluster cluster = TestCluster.start(2, environment(settings))) {
            Set<String> all = new TreeSet<>();
            for (int i = 1; i <= 100; i++) {
                cluster.client(0).register("merged", "127.4.2." + i);
                all.add("127.4.2." + i);
            }
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(seed.hosts("merged", TTL).keySet()).isEqualTo(all));
            await().until(() -> sum(cluster, "discovery_backend_waiting") == 0);
            double written = sum(cluster, "discovery_backend_written_total");
            assertThat(written).isEqualTo(100);

            cluster.member(1).freeze();
            await().atMost(Duration.ofSeconds(30)).until(() -> cluster.client(0).metric("discovery_members") == 1);
            assertThat(cluster.client(0).hosts("merged")).isEqualTo(all);
            cluster.member(1).thaw();
            cluster.awaitWhole();

            assertThat(cluster.client(1).hosts("merged")).isEqualTo(all);
            assertThat(sum(cluster, "discovery_backend_written_total")).isEqualTo(written);
        }
    }

    /** The oldest two have no way to the table: the third reads it for all, at the start and from then on. */
    @Test
    void theNextMemberReadsATableThatOlderOnesCannot() {
        seed.register("read", "127.4.3.1", 8000, "", TestClient.TAGS);
        try (DynamoDbProxy proxy = DynamoDbProxy.before(DYNAMO.port())) {
            proxy.refuse();
            Map<String, String> direct = environment(Map.of("STORE_REFRESH_SECONDS", "1", "WARMUP_SECONDS", "600"));
            Map<String, String> cutOff = new HashMap<>(direct);
            cutOff.put("DYNAMODB_URL", proxy.endpoint().toString());
            try (TestCluster cluster = TestCluster.prepare(3, n -> n < 2 ? cutOff : direct)) {
                for (int n = 0; n < 3; n++) {
                    TestClient started = cluster.launchNext().client();
                    int there = n + 1;
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> started.answers("/health/writable")
                                    && started.metric("discovery_members") == there);
                }
                cluster.awaitWhole();
                for (int n = 0; n < 3; n++) {
                    assertThat(cluster.client(n).hosts("read")).containsExactly("127.4.3.1");
                }
                assertThat(cluster.client(0).get("/health/ready").body()).contains("DOWN: ");

                seed.register("read", "127.4.3.2", 8000, "", TestClient.TAGS);
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(cluster.client(0).hosts("read"))
                                .containsExactlyInAnyOrder("127.4.3.1", "127.4.3.2"));
                assertThat(cluster.client(0).metric("discovery_refresh_passes_total"))
                        .isZero();
            }
        }
    }

    private List<String> lastCheckIns(String service) {
        return seed.query(service).stream()
                .map(item -> SeedTable.attribute(item, "last_check_in").s())
                .toList();
    }

    private static double sum(TestCluster cluster, String meter) {
        double sum = 0;
        for (int n = 0; n < cluster.size(); n++) {
            sum += cluster.client(n).metric(meter);
        }
        return sum;
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(DYNAMO.environment(seed.name()));
        environment.putAll(more);
        return environment;
    }
}
