package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.LoadBalancer;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.OpenLoop;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.Tools;
import io.discovery.testing.VersionBefore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three members behind a load balancer, which get this version of the program in place of the one before, one after the
 * other, and go back. For {@code ./scripts/check-upgrade}.
 */
@Timeout(600)
@Isolated("checks and retries of the balancer have their times")
@EnabledIfSystemProperty(named = VersionBefore.PROPERTY, matches = ".+")
class UpgradeIT {

    private static final BalancedLoad LOAD = new BalancedLoad(100, Duration.ofSeconds(2));
    private static final String HOST = "127.0.0.2";
    private static final int WEIGHT = 42;

    /** Each member keeps its file over the change of versions, to and fro. */
    @Test
    void noClientSeesAnUpgradeOrTheWayBack(@TempDir Path dir) {
        Tools.require("haproxy");
        Map<String, String> settings = Map.of(
                "SHUTDOWN_DELAY_SECONDS",
                "3",
                "BACKEND_STORAGE",
                "InFile",
                "APPLICATION_DIR",
                dir.toString(),
                "TRUSTED_PROXIES",
                "127.0.0.1/32");
        try (TestCluster cluster = TestCluster.prepare(3, n -> settings)) {
            for (int n = 0; n < 3; n++) {
                cluster.install(n, VersionBefore.jar());
                cluster.launchNext();
            }
            cluster.awaitWhole();
            TestClient client = cluster.client(0);
            client.register("kept", HOST);
            client.post("/v1/loadbalancing/kept/" + HOST, Map.of("load_balancing_weight", Integer.toString(WEIGHT)));
            try (LoadBalancer balancer = LoadBalancer.haproxy(cluster)) {
                OpenLoop.Report report = LOAD.during(balancer, () -> {
                    change(cluster, 0, MemberProcess.JAR);
                    change(cluster, 1, MemberProcess.JAR);
                    change(cluster, 1, VersionBefore.jar());
                    change(cluster, 0, VersionBefore.jar());
                    change(cluster, 2, MemberProcess.JAR);
                    change(cluster, 1, MemberProcess.JAR);
                    change(cluster, 0, MemberProcess.JAR);
                });

                System.out.println("upgrade behind haproxy, seven changes of a member's version: " + report);
                assertThat(report.reads().failures()).as(balancer.log()).isEmpty();
                assertThat(report.writes().failures()).as(balancer.log()).isEmpty();
            }
        }
    }

    private static void change(TestCluster cluster, int n, Path program) {
        assertThat(cluster.member(n).stop()).isZero();
        cluster.install(n, program);
        cluster.relaunch(n);
        cluster.awaitWhole();
        for (int member = 0; member < cluster.size(); member++) {
            assertThat(cluster.client(member).get("/v1/registration/kept").body())
                    .contains(HOST, "\"load_balancing_weight\": " + WEIGHT);
        }
    }
}
