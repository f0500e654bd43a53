package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.SeedTable;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real member beside lyft/discovery, on one table. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class DynamoDbMemberIT {

    private static final Duration TTL = Duration.ofMinutes(10);
    /** The number of further rows; scripts/check-dynamodb asks for more. */
    private static final int ROWS = Integer.getInteger("discovery.load.rows", 1_000);

    private static final DynamoDbLocal DYNAMO = DynamoDbLocal.server();

    private final SeedTable seed = new SeedTable(DYNAMO.client(), DynamoDbLocal.newTableName()).create();

    @Test
    void aTableOfTheSeedsIsServedAndNothingOfItWritten() throws IOException {
        Set<String> all = new TreeSet<>();
        for (int i = 1; i <= 60; i++) {
            String ip = "127.3.0." + i;
            seed.register("old", ip, 8000 + i, i % 2 == 0 ? "repo" : "", TestClient.TAGS);
            all.add(ip);
        }
        seed.weigh("old", "127.3.0.7", 33);
        seed.fill(ROWS);
        String last = checkIn("127.3.0.7");

        long start = System.nanoTime();
        try (MemberProcess member = MemberProcess.start(environment(Map.of()))) {
            System.out.printf("%d rows served %.1f s after the start%n", ROWS, (System.nanoTime() - start) / 1e9);
            assertThat(member.client().hosts("old")).isEqualTo(all);
            assertThat(member.client().metric("discovery_hosts")).isEqualTo(ROWS + 60);
            assertThat(member.client().get("/v1/registration/repo/repo").body())
                    .contains("127.3.0.8")
                    .doesNotContain("127.3.0.7\"");
            JsonNode host =
                    json(member.client().get("/v1/registration/old/127.3.0.7").body());
            assertThat(host.get("port").intValue()).isEqualTo(8007);
            assertThat(host.get("service_repo_name").textValue()).isEmpty();
            assertThat(host.get("tags").get("load_balancing_weight").intValue()).isEqualTo(33);
            assertThat(host.get("last_check_in").textValue()).isEqualTo(last);

            // The heartbeat has no news, so it waits; but no member will be there to write it later.
            member.client().register("old", Map.of("ip", "127.3.0.9", "port", "8009", "revision", "4711"));
            host = json(member.client().get("/v1/registration/old/127.3.0.9").body());
            assertThat(member.stop()).isZero();
            assertThat(checkIn("127.3.0.9")).isEqualTo(host.get("last_check_in").textValue());
        }
        try (MemberProcess again = MemberProcess.start(environment(Map.of()))) {
            assertThat(again.client().hosts("old")).isEqualTo(all);
            assertThat(again.client().metric("discovery_backend_written_total")).isZero();
        }
    }

    @Test
    void bothRunOnOneTable() {
        seed.register("shared", "127.3.1.1", 8000, "", TestClient.TAGS);
        try (MemberProcess member = MemberProcess.start(environment(Map.of("STORE_REFRESH_SECONDS", "1")))) {
            TestClient client = member.client();

            seed.register("shared", "127.3.1.2", 8000, "", TestClient.TAGS);
            seed.register("shared", "127.3.1.1", 8001, "", TestClient.TAGS);
            await().untilAsserted(() ->
                    assertThat(client.get("/v1/registration/shared").body()).contains("127.3.1.2", "\"port\": 8001"));

            client.register("shared", "127.3.1.3");
            client.post("/v1/loadbalancing/shared/127.3.1.3", Map.of("load_balancing_weight", "7"));
            await().untilAsserted(() ->
                    assertThat(seed.hosts("shared", TTL).get("127.3.1.3")).contains("\"load_balancing_weight\": 7"));

            client.delete("/v1/registration/shared/127.3.1.2");
            await().untilAsserted(
                            () -> assertThat(seed.hosts("shared", TTL)).containsOnlyKeys("127.3.1.1", "127.3.1.3"));

            // Its item came from the member, with versions; the seed's PutItem strips them.
            seed.register("shared", "127.3.1.3", 8003, "", "{\"extra\": true}");
            await().untilAsserted(() -> assertThat(
                            client.get("/v1/registration/shared/127.3.1.3").body())
                    .contains("\"port\": 8003", "\"extra\": true", "\"load_balancing_weight\": 7"));

            seed.delete("shared", "127.3.1.1");
            await().untilAsserted(() -> assertThat(client.hosts("shared")).isEqualTo(Set.of("127.3.1.3")));
            seed.register("shared", "127.3.1.1", 8005, "", TestClient.TAGS);
            await().untilAsserted(() -> assertThat(client.hosts("shared")).contains("127.3.1.1"));
        }
    }

    /** Heartbeats are written late, and never so late that who reads the table takes a live host for expired. */
    @Test
    void anOldReaderNeverSeesALiveHostAsExpired() {
        Duration ttl = Duration.ofSeconds(6);
        try (MemberProcess member = MemberProcess.start(environment(Map.of("HOST_TTL", "6")))) {
            TestClient client = member.client();
            client.register("alive", "127.3.2.1");
            await().until(() -> seed.hosts("alive", ttl).containsKey("127.3.2.1"));
            double written = client.metric("discovery_backend_written_total");
            int heartbeats = 0;
            long end = System.nanoTime() + 3 * ttl.toNanos() / 2;
            while (System.nanoTime() - end < 0) {
                client.register("alive", "127.3.2.1");
                heartbeats++;
                assertThat(seed.hosts("alive", ttl))
                        .as("after %s heartbeats", heartbeats)
                        .containsOnlyKeys("127.3.2.1");
            }

            assertThat(client.metric("discovery_backend_written_total") - written)
                    .as("writes of %s heartbeats in one and a half lives of a lease", heartbeats)
                    .isBetween(4.0, 9.0);
        }
    }

    @Test
    void portsOfOneAddressAreItemsOfTheirOwn() {
        Map<String, String> environment = environment(Map.of("INSTANCE_KEY", "ip_port"));
        try (MemberProcess member = MemberProcess.start(environment)) {
            member.client().register("ports", Map.of("ip", "::1", "port", "8001"));
            member.client().register("ports", Map.of("ip", "::1", "port", "8002"));
            member.client().delete("/v1/registration/ports/%5B::1%5D:8001");
            assertThat(member.stop()).isZero();
            assertThat(member.log()).contains("lyft/discovery must not use it too");
        }
        try (MemberProcess again = MemberProcess.start(environment)) {
            assertThat(again.client().get("/v1/registration/ports").body())
                    .contains("8002")
                    .doesNotContain("8001");
        }
    }

    /** Returns a check-in as answers spell it. */
    private String checkIn(String ip) {
        return SeedTable.attribute(seed.find("old", ip), "last_check_in")
                .s()
                .replace('T', ' ')
                .replace("+0000", "");
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(DYNAMO.environment(seed.name()));
        environment.putAll(more);
        return environment;
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }
}
