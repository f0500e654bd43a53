package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A member that waits for peers takes writes, and refuses to answer with what may be a part of the truth. */
@Isolated("what is looked at lasts for the JOIN_WAIT_SECONDS")
class ReadinessWireTest {

    private static final Map<String, String> WAITING =
            Map.of("CLUSTER_MIN_MEMBERS", "2", "JOIN_WAIT_SECONDS", "3", "CLUSTER_MINORITY", "open");
    private static final Map<String, String> WEIGHT = Map.of("load_balancing_weight", "5");

    @Test
    void untilAMemberIsOpenItTakesWritesAndRefusesReads() {
        try (TestMember member = TestMember.startWithoutWaiting(WAITING)) {
            TestClient client = member.client();

            for (String list : new String[] {
                "/v1/registration/svc",
                "/v1/registration/svc?wait=30s&index=x",
                "/v1/registration/svc/127.0.0.1",
                "/v1/registration/repo/r",
                "/v1/services",
                "/v1/watch",
                "/v1/watch/svc",
                "/v1/prometheus/targets",
                "/v1/prometheus/targets/svc"
            }) {
                assertIsNotReady(client.get(list));
            }
            assertThat(client.metric("discovery_http_reads_failed_total{status=\"503\"}"))
                    .isEqualTo(9);
            assertThat(client.metric("discovery_ready")).isZero();
            assertThat(client.metric("discovery_writable")).isEqualTo(1);
            client.register("svc", "127.0.0.1");
            assertThat(client.post("/v1/loadbalancing/svc/127.0.0.1", WEIGHT).statusCode())
                    .isEqualTo(204);
            assertHealth(
                    client,
                    "/health/ready",
                    503,
                    "{\"status\": \"DOWN\", \"reason\": \"waiting for other members: 1 of at least 2 are here\"}\n");
            assertHealth(client, "/health/writable", 200, "{\"status\": \"UP\"}\n");
            assertHealth(client, "/health/live", 200, "{\"status\": \"UP\"}\n");
            assertHealth(client, "/healthcheck", 200, "OK");
            assertThat(client.get("/v1/cluster").statusCode()).isEqualTo(200);

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> client.get("/health/ready").statusCode() == 200);
            assertThat(client.get("/v1/registration/svc").body())
                    .contains("\"127.0.0.1\"", "\"load_balancing_weight\": 5");
        }
    }

    @Test
    void untilAMemberIsOpenItDoesNotSayThatAHostIsAbsent() {
        try (TestMember member = TestMember.startWithoutWaiting(WAITING)) {
            TestClient client = member.client();

            assertIsNotReady(client.delete("/v1/registration/svc/127.0.0.1"));
            assertIsNotReady(client.post("/v1/loadbalancing/svc/127.0.0.1", WEIGHT));
            assertIsNotReady(client.post("/v1/loadbalancing/svc", WEIGHT));
            assertThat(client.metric("discovery_http_writes_failed_total{status=\"503\"}"))
                    .isEqualTo(3);
            assertThat(client.metric("discovery_http_writes_failed_total{status=\"507\"}"))
                    .isZero();
        }
    }

    private static void assertIsNotReady(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body()).matches("\\{\"error\": \"not ready: .+\"}\n");
    }

    private static void assertHealth(TestClient client, String path, int status, String body) {
        HttpResponse<String> answer = client.get(path);
        assertThat(answer.body()).as(path).isEqualTo(body);
        assertThat(answer.statusCode()).as(path).isEqualTo(status);
    }
}
