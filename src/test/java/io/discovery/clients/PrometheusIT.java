package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.Prometheus;
import io.discovery.testing.Prometheus.Target;
import io.discovery.testing.TestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A real Prometheus with its file as it is shipped. It takes over changes every 5 s; these tests spend most of their
 * time waiting for that.
 */
@Tag("long")
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class PrometheusIT {

    private static final String JOB = "registered";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Keys and values that break an output without escapes. */
    private static final String HOSTILE =
            "{\"az\": \"us-east-1a\", \"region\": \"us-east-1\", \"instance_id\": \"i-1\","
                    + " \"k8s.io/name-\u00e4\": \"\\u0000\\ud800\\\"}\u20ac\", \"\": 7, \"none\": null, \"a-b\": [true], \"__address__\": \"x\"}";

    @TempDir
    private Path dir;

    @BeforeAll
    static void require() {
        Prometheus.require();
    }

    @Test
    void targetsFollowTheRegistry() {
        try (MemberProcess member = MemberProcess.start(Map.of());
                Prometheus prometheus = Prometheus.start(member.port(), dir)) {
            String itself = "127.0.0.1:" + prometheus.port();
            TestClient client = member.client();
            client.register("payments", host("127.0.0.1", prometheus.port(), HOSTILE));
            client.register("payments", host("::1", 9092, TestClient.TAGS.replace("}", ", \"metrics_port\": 9093}")));
            client.register("orders", host("127.0.0.3", 9092, TestClient.TAGS.replace("}", ", \"metrics\": false}")));
            await().atMost(PATIENCE).until(() -> prometheus.addresses(JOB).contains(itself));

            await().atMost(PATIENCE).until(() -> prometheus.target(JOB, itself).isUp());
            Target target = prometheus.target(JOB, itself);
            assertThat(prometheus.addresses(JOB)).containsExactlyInAnyOrder(itself, "[::1]:9093");
            assertThat(target.labels())
                    .isEqualTo(Map.of(
                            "instance", itself,
                            "job", JOB,
                            "service", "payments",
                            "region", "us-east-1",
                            "az", "us-east-1a",
                            "revision", "4711"));
            assertThat(target.discovered())
                    .containsEntry("__address__", itself)
                    .containsEntry("__meta_discovery_ip_address", "127.0.0.1")
                    .containsEntry("__meta_discovery_instance_id", "i-1")
                    .containsEntry("__meta_discovery_stale", "false")
                    .containsEntry("__meta_discovery_k8s_io_name__", "\u0000\ufffd\"}\u20ac")
                    .containsEntry("__meta_discovery_", "7")
                    .containsEntry("__meta_discovery_a_b", "[true]")
                    .containsEntry("__meta_discovery___address__", "x");
            assertThat(prometheus.series("up{service=\"payments\", az=\"us-east-1a\"} == 1"))
                    .hasSize(1);
            assertThat(prometheus.addresses("discovery")).containsExactlyInAnyOrder("127.0.0.1:" + member.port());

            client.register("payments", host("127.0.0.1", prometheus.port(), HOSTILE.replace("1a", "1b")));
            client.delete("/v1/registration/payments/::1");
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(prometheus.addresses(JOB)).containsExactlyInAnyOrder(itself);
                assertThat(prometheus.target(JOB, itself).labels()).containsEntry("az", "us-east-1b");
            });

            client.delete("/v1/registration/payments/127.0.0.1");
            await().atMost(PATIENCE).until(() -> prometheus.addresses(JOB).isEmpty());
            assertThat(prometheus.failures()).as(prometheus.log()).isZero();
        }
    }

    @Test
    void aMemberThatIsGoneOrDoesNotKnowAllYetTakesNoTargetAway() {
        Map<String, String> settings = Map.of(
                "BACKEND_STORAGE",
                "InFile",
                "APPLICATION_DIR",
                dir.resolve("data").toString());
        MemberProcess member = MemberProcess.start(settings);
        try (Prometheus prometheus = Prometheus.start(member.port(), dir)) {
            String itself = "127.0.0.1:" + prometheus.port();
            member.client().register("payments", host("127.0.0.1", prometheus.port(), TestClient.TAGS));
            await().atMost(PATIENCE).until(() -> prometheus.addresses(JOB).contains(itself));
            await().atMost(PATIENCE)
                    .until(() -> member.client().get("/health/ready").body().contains("\"backend_waiting\": 0"));

            member.kill();
            awaitFailures(prometheus, 1);
            assertThat(prometheus.addresses(JOB)).containsExactlyInAnyOrder(itself);

            Map<String, String> again = new HashMap<>(settings);
            again.put("PORT", Integer.toString(member.port()));
            // Alone it waits for another, and refuses to be read.
            again.putAll(Map.of("CLUSTER_MIN_MEMBERS", "2", "JOIN_WAIT_SECONDS", "60"));
            try (MemberProcess waiting = MemberProcess.launch(again)) {
                await().atMost(PATIENCE).until(() -> waiting.client().answers("/health/live"));
                // Longer than an empty list would take to be taken over.
                awaitFailures(prometheus, 6);
                assertThat(waiting.client().get("/v1/prometheus/targets").statusCode())
                        .isEqualTo(503);
                assertThat(prometheus.addresses(JOB)).containsExactlyInAnyOrder(itself);
            }
            again.keySet().removeAll(Set.of("CLUSTER_MIN_MEMBERS", "JOIN_WAIT_SECONDS"));
            try (MemberProcess back = MemberProcess.start(again)) {
                back.client().register("payments", host("127.0.0.2", 9092, TestClient.TAGS));
                await().atMost(PATIENCE).until(() -> prometheus.addresses(JOB).contains("127.0.0.2:9092"));
                assertThat(prometheus.addresses(JOB)).containsExactlyInAnyOrder(itself, "127.0.0.2:9092");
            }
        } finally {
            member.close();
        }
    }

    /** Waits for a number of failures; Prometheus asks each second. */
    private static void awaitFailures(Prometheus prometheus, int count) {
        double before = prometheus.failures();
        await().atMost(PATIENCE).until(() -> prometheus.failures() >= before + count);
    }

    private static Map<String, String> host(String ip, int port, String tags) {
        return Map.of("ip", ip, "port", Integer.toString(port), "revision", "4711", "tags", tags);
    }
}
