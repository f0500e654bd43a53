package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Dashboard;
import io.discovery.testing.Dashboard.Query;
import io.discovery.testing.EquippedMember;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Prometheus;
import io.discovery.testing.TestClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The queries of the dashboard for Grafana, asked of a real Prometheus that scrapes a real member. */
@Timeout(180)
class DashboardIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    @Test
    void everyQueryIsAnsweredWithData() {
        Prometheus.require();
        Map<String, String> settings = EquippedMember.settings(dir);
        int plain = Integer.parseInt(settings.getOrDefault("PLAIN_PORT", ""));
        try (MemberProcess member = MemberProcess.start(settings);
                Prometheus prometheus = Prometheus.start(plain, dir)) {
            TestClient client = member.client();
            client.register("payments", "127.0.0.2");
            List<Query> queries = Dashboard.shipped().queries();

            await().atMost(PATIENCE).untilAsserted(() -> {
                client.get("/v1/registration/payments");
                client.post("/v1/loadbalancing/payments", Map.of("load_balancing_weight", "7"));
                assertThat(queries)
                        .filteredOn(query -> prometheus.series(query.sent()).isEmpty())
                        .isEmpty();
            });
        }
    }
}
