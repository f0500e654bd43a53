package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real member with EXPIRY_PROTECTION=on, from the first host that falls silent to the last that is back. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class ExpiryProtectionIT {

    private static final String LIST = "/v1/registration/payments";
    private static final int HOSTS = 24;
    /** The number of hosts that fall silent, more than stay. */
    private static final int GONE = 15;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BEAT = Duration.ofMillis(200);

    @TempDir
    private Path dir;

    @Test
    void hostsStayListedThroughAScaleDownAnOutageAndARestartUntilTheirHeartbeatsAreBack() {
        Map<String, String> settings = Map.of(
                "EXPIRY_PROTECTION", "on",
                "HOST_TTL", "5",
                "REQUEST_DEADLINE_MS", "10000",
                "BACKEND_STORAGE", "InFile",
                "APPLICATION_DIR", dir.toString());
        try (MemberProcess member = MemberProcess.start(settings)) {
            TestClient client = member.client();
            beat(client, 0, HOSTS);
            weigh(client, 1);

            // 60 % are taken away without a word.
            await().pollInterval(BEAT).atMost(PATIENCE).until(() -> {
                beat(client, GONE, HOSTS);
                return stale(client) == GONE;
            });
            assertThat(client.hosts("payments")).isEqualTo(addresses(0, HOSTS));

            // Then no host gets through.
            await().atMost(PATIENCE).until(() -> stale(client) == HOSTS);
            assertThat(client.hosts("payments")).isEqualTo(addresses(0, HOSTS));
            assertThat(client.answers("/health/ready")).isTrue();
            await().until(() -> member.log().matches("(?s).* WARN [^\n]*expiry protection is active.*"));

            // Operators go on working.
            assertThat(client.delete(LIST + "/" + address(0)).statusCode()).isEqualTo(200);
            assertThat(client.delete(LIST + "/" + address(0)).statusCode()).isEqualTo(400);
            weigh(client, 2);
            assertThat(stale(client)).isEqualTo(HOSTS - 1);
            await().until(() -> client.metric("discovery_backend_waiting") == 0);
            member.kill();
        }

        try (MemberProcess again = MemberProcess.start(settings)) {
            TestClient client = again.client();
            assertThat(client.hosts("payments")).isEqualTo(addresses(1, HOSTS));
            assertThat(stale(client)).isEqualTo(HOSTS - 1);
            await().until(() -> again.log().contains("expiry protection is active: 23 hosts have lapsed, 0 are live"));

            beat(client, 1, HOSTS);

            HttpResponse<String> list = client.get(LIST);
            assertThat(TestClient.hostsOf(list.body())).isEqualTo(addresses(1, HOSTS));
            assertThat(list.body()).doesNotContain("stale");
            assertThat(list.headers().firstValue("Discovery-Stale")).isEmpty();
            assertThat(list.body().split("\"load_balancing_weight\": 7", -1))
                    .as("hosts 1 and 2 keep their weights, from before and from within the outage")
                    .hasSize(3);
            await().until(() -> again.log().contains("expiry protection has ended"));
        }
    }

    @Test
    void protectionEndsWhenTheSilentHostsHaveHadTheirOvertime() {
        Map<String, String> settings =
                Map.of("EXPIRY_PROTECTION", "on", "HOST_TTL", "2", "REQUEST_DEADLINE_MS", "10000");
        try (MemberProcess member = MemberProcess.start(settings)) {
            TestClient client = member.client();
            beat(client, 0, HOSTS);
            await().pollInterval(BEAT).atMost(PATIENCE).until(() -> {
                beat(client, GONE, HOSTS);
                return stale(client) == GONE;
            });
            assertThat(client.metric("discovery_protection_active")).isEqualTo(1);

            await().pollInterval(BEAT).atMost(PATIENCE).until(() -> {
                beat(client, GONE, HOSTS);
                return client.metric("discovery_protection_active") == 0;
            });

            assertThat(client.hosts("payments")).isEqualTo(addresses(GONE, HOSTS));
            await().pollInterval(BEAT).atMost(PATIENCE).until(() -> {
                beat(client, GONE + 1, HOSTS);
                return !client.hosts("payments").contains(address(GONE));
            });
        }
    }

    private static void beat(TestClient client, int from, int to) {
        for (int n = from; n < to; n++) {
            client.register("payments", address(n));
        }
    }

    private static void weigh(TestClient client, int n) {
        assertThat(client.post("/v1/loadbalancing/payments/" + address(n), Map.of("load_balancing_weight", "7"))
                        .statusCode())
                .isEqualTo(204);
    }

    /** Counts the hosts that are marked, which header and body must agree on. */
    private static int stale(TestClient client) {
        HttpResponse<String> list = client.get(LIST);
        int marks = list.body().split("}, \"stale\": true}", -1).length - 1;
        assertThat(list.headers().firstValue("Discovery-Stale").orElse("0")).isEqualTo(Integer.toString(marks));
        return marks;
    }

    private static Set<String> addresses(int from, int to) {
        Set<String> addresses = new TreeSet<>();
        IntStream.range(from, to).forEach(n -> addresses.add(address(n)));
        return addresses;
    }

    private static String address(int n) {
        return "127.1.0." + (n + 1);
    }
}
