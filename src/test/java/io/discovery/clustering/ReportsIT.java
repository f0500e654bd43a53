package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.testing.EventStream;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pages with the reports of all members, of three members, one of which freezes and then dies. */
@Timeout(240)
class ReportsIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String ENDPOINTS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{6}Z";

    @Test
    void aPageHasTheReportsOfTheMembersThatAnswer() throws IOException {
        try (TestCluster cluster = TestCluster.start(3, Map.of("HOST_TTL", "60"))) {
            TestClient client = cluster.client(0);
            client.register("payments", "10.0.0.1");
            cluster.client(1).register("payments", "10.0.0.2");
            cluster.client(2).register("orders", "10.0.0.1");

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(members(client)).allSatisfy(member -> {
                        assertThat(member.path("answered").booleanValue()).isTrue();
                        assertThat(member.path("hosts").intValue()).isEqualTo(3);
                    }));
            await().atMost(SOON).until(() -> client.get("/v1/members").body().contains("\"partitions_safe\": true"));
            assertEachTellsOfItself(cluster);

            assertEachTellsOfItsClients(cluster);

            cluster.member(2).freeze();
            long begin = System.nanoTime();
            HttpResponse<String> page = client.get("/v1/members");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
            assertThat(page.statusCode()).isEqualTo(200);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(answered(client)).containsExactlyInAnyOrder(true, true, false));
            assertThat(client.hosts("payments")).containsExactly("10.0.0.1", "10.0.0.2");

            cluster.kill(2);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(answered(client)).containsExactly(true, true));
        }
    }

    private static void assertEachTellsOfItself(TestCluster cluster) {
        List<JsonNode> members = members(cluster.client(1));

        assertThat(members).hasSize(3);
        assertThat(texts(members, "content")).hasSize(1).allMatch(digest -> digest.matches("[0-9a-f]{32}"));
        assertThat(texts(members, "settings")).hasSize(1).allMatch(digest -> digest.matches("[0-9a-f]{32}"));
        assertThat(texts(members, "http"))
                .isEqualTo(Set.of(
                        "127.0.0.1:" + cluster.member(0).port(),
                        "127.0.0.1:" + cluster.member(1).port(),
                        "127.0.0.1:" + cluster.member(2).port()));
        assertThat(members)
                .filteredOn(member -> member.path("self").booleanValue())
                .hasSize(1);
        assertThat(members).allSatisfy(member -> {
            assertThat(member.path("started").textValue()).matches(TIME);
            assertThat(member.path("ready").booleanValue()).isTrue();
            assertThat(member.path("ready_reason").isNull()).isTrue();
            assertThat(member.path("writable").booleanValue()).isTrue();
            assertThat(member.path("services").intValue()).isEqualTo(2);
            assertThat(member.path("registrations").intValue()).isEqualTo(3);
            assertThat(member.path("host_ttl_seconds").intValue()).isEqualTo(60);
            assertThat(member.path("expiry_protection").textValue()).isEqualTo("off");
            assertThat(member.path("backend").path("storage").textValue()).isEqualTo("InMemory");
            assertThat(member.path("backend").path("status").textValue()).isEqualTo("UP");
            assertThat(member.path("clock_offset_micros").isIntegralNumber()).isTrue();
            assertThat(member.path("heap_used_bytes").longValue()).isPositive();
            assertThat(member.path("disk_free_bytes").isNull()).isTrue();
        });
    }

    private static void assertEachTellsOfItsClients(TestCluster cluster) throws IOException {
        TestClient asked = cluster.client(0);
        int port = cluster.member(1).port();
        String index = cluster.client(1)
                .get("/v1/registration/orders")
                .headers()
                .firstValue("X-Discovery-Index")
                .orElseThrow();
        try (EventStream all = EventStream.open(port, "/v1/watch");
                EventStream one = EventStream.open(port, "/v1/watch/payments");
                Socket poll = new Socket(InetAddress.getLoopbackAddress(), port);
                XdsClient xds = new XdsClient();
                XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = xds.endpoints(port)) {
            poll.getOutputStream()
                    .write(("GET /v1/registration/orders?wait=60s&index=" + index + " HTTP/1.1\r\nHost: d\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            stream.send(DiscoveryRequest.newBuilder()
                    .setTypeUrl(ENDPOINTS)
                    .addResourceNames("payments")
                    .build());
            stream.next();
            await().atMost(SOON).untilAsserted(() -> {
                JsonNode member = waitingAt(asked, port);
                assertThat(member.path("watchers")).hasSize(2);
                assertThat(member.path("watchers").findValuesAsText("kind")).containsExactly("watch", "watch");
                assertThat(member.path("watchers").findValuesAsText("service"))
                        .containsExactlyInAnyOrder("null", "payments");
                assertThat(member.path("long_polls").findValuesAsText("service"))
                        .containsExactly("orders");
                assertThat(member.path("xds").findValuesAsText("protocol")).containsExactly("state of the world");
                assertThat(member.path("left_out").intValue()).isZero();
            });
            JsonNode row = waitingAt(asked, port).path("long_polls").path(0);
            assertThat(row.path("client").textValue()).matches("127\\.0\\.0\\.1:[0-9]+");
            assertThat(row.path("identity").isNull()).isTrue();
            assertThat(row.path("since").textValue()).matches(TIME);
            assertThat(all.next()).isNotNull();
            assertThat(one.next()).isNotNull();
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(waitingAt(asked, port).toString())
                        .contains("\"xds\":[],\"watchers\":[],\"long_polls\":[]"));
    }

    /** Returns the clients of the member whose port of HTTP this is. */
    private static JsonNode waitingAt(TestClient asked, int port) {
        String id = rows(asked, "/v1/members").stream()
                .filter(member -> member.path("http").asText().endsWith(":" + port))
                .map(member -> member.path("id").textValue())
                .findFirst()
                .orElseThrow();
        return rows(asked, "/v1/clients").stream()
                .filter(member -> member.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> texts(List<JsonNode> members, String field) {
        return members.stream().map(member -> member.path(field).asText()).collect(Collectors.toSet());
    }

    private static List<Boolean> answered(TestClient client) {
        return members(client).stream()
                .map(member -> member.path("answered").booleanValue())
                .toList();
    }

    private static List<JsonNode> members(TestClient client) {
        return rows(client, "/v1/members");
    }

    private static List<JsonNode> rows(TestClient client, String path) {
        JsonNode page = JsonText.parse(client.get(path).body()).orElseThrow();
        return StreamSupport.stream(page.path("members").spliterator(), false).toList();
    }
}
