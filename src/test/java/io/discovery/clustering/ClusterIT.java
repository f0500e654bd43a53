package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.Writers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Three real members in memory: all know what one is told, and the loss of one loses nothing. */
@Isolated("a writer waits for so long at most")
class ClusterIT {

    @AutoClose
    private static final TestCluster CLUSTER = TestCluster.start(3, Map.of());

    @Test
    void whatOneMemberIsToldAllShow() {
        long slowest = 0;
        for (int i = 0; i < 30; i++) {
            String ip = "127.1.0." + (i + 1);
            CLUSTER.client(i % 3).register("told", ip);
            long start = System.nanoTime();
            for (int n = 0; n < 3; n++) {
                TestClient client = CLUSTER.client(n);
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> client.hosts("told").contains(ip));
            }
            slowest = Math.max(slowest, System.nanoTime() - start);
        }
        System.out.printf("told to one, shown by all: slowest of 30 within %.1f ms%n", slowest / 1e6);
    }

    @Test
    void aClientReadsItsOwnWriteOnTheSameMemberAlways() {
        for (int i = 0; i < 1_000; i++) {
            TestClient client = CLUSTER.client(i % 3);
            String ip = "127.2." + i / 250 + "." + (1 + i % 250);
            client.register("own", ip);
            assertThat(client.get("/v1/registration/own/" + ip).statusCode())
                    .as("read %s", i)
                    .isEqualTo(200);
        }
    }

    @Test
    void aDeregistrationOnOneIsOneOnAll() {
        CLUSTER.client(0).register("gone", "127.3.0.1");
        CLUSTER.client(0).register("gone", "127.3.0.2");
        awaitHosts("gone", Set.of("127.3.0.1", "127.3.0.2"));

        assertThat(CLUSTER.client(1).delete("/v1/registration/gone/127.3.0.1").statusCode())
                .isEqualTo(200);

        awaitHosts("gone", Set.of("127.3.0.2"));
        assertThat(CLUSTER.client(2).delete("/v1/registration/gone/127.3.0.1").statusCode())
                .isEqualTo(400);
    }

    @Test
    void killingOneUnderLoadLosesNothingAcknowledged() {
        Writers.Result result;
        try (Writers writers = Writers.start("killed", 4, CLUSTER)) {
            writers.awaitAcknowledged(400);
            CLUSTER.kill(1);
            writers.awaitAcknowledged(writers.acknowledged().size() + 1_000);
            result = writers.stop();
        }
        for (int n : new int[] {0, 2}) {
            assertThat(CLUSTER.client(n).hosts("killed")).containsAll(result.acknowledged());
        }
        System.out.printf(
                "kill -9 of one of three: %d acknowledged, longest wait of a writer that retries on another %d ms%n",
                result.acknowledged().size(), result.longestWait().toMillis());
        assertThat(result.longestWait()).isLessThan(Duration.ofSeconds(2));

        // Back again, it has everything, and never less while it starts.
        Set<String> expected = new TreeSet<>(CLUSTER.client(0).hosts("killed"));
        MemberProcess back = CLUSTER.relaunch(1);
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(60))
                .until(() -> back.showsAllOrNothing("killed", expected));
        CLUSTER.awaitWhole();
    }

    @Test
    void aRollingRestartOfAllKeepsEverything() {
        for (int i = 0; i < 200; i++) {
            CLUSTER.client(i % 3).register("rolled", "127.4.0." + (i + 1));
        }
        Set<String> all = CLUSTER.client(0).hosts("rolled");
        awaitHosts("rolled", all);

        for (int n = 0; n < 3; n++) {
            assertThat(CLUSTER.member(n).stop()).isZero();
            MemberProcess back = CLUSTER.relaunch(n);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> back.showsAllOrNothing("rolled", all));
            CLUSTER.awaitWhole();
        }

        awaitHosts("rolled", all);
    }

    /** A member that stands still, as on a machine that swaps. */
    @Test
    void theOthersTellOfTheClusterInTimeAndThatItIsNotSafe() {
        CLUSTER.member(2).freeze();
        try {
            // An answer of before may serve for a second.
            await().atMost(Duration.ofSeconds(5)).until(() -> !toldInTime().contains("\"partitions_safe\": true"));
        } finally {
            CLUSTER.member(2).thaw();
        }
        CLUSTER.awaitWhole();
    }

    private static String toldInTime() {
        long start = System.nanoTime();
        HttpResponse<String> answer = CLUSTER.client(0).get("/v1/cluster");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void aJoinerWithOtherSettingsIsRefusedWithBothValues() {
        Map<String, String> other = new HashMap<>(CLUSTER.environment(0));
        other.put("HOST_TTL", "30");
        other.put("PORT", "0");
        other.put("CLUSTER_PORT", Integer.toString(Ports.free(1).get(0)));

        try (MemberProcess joiner = MemberProcess.launch(other)) {
            assertThat(joiner.awaitExit()).isEqualTo(1);
            assertThat(joiner.log()).contains("HOST_TTL: here '30', in the cluster '600'");
        }
        CLUSTER.awaitWhole();
    }

    @Test
    void aJoinerOfAnotherNameIsRefusedWithBothNames() {
        Map<String, String> other = new HashMap<>(CLUSTER.environment(0));
        other.put("CLUSTER_NAME", "staging");
        other.put("PORT", "0");
        other.put("CLUSTER_PORT", Integer.toString(Ports.free(1).get(0)));

        try (MemberProcess joiner = MemberProcess.launch(other)) {
            assertThat(joiner.awaitExit()).isEqualTo(1);
            assertThat(joiner.log()).contains("CLUSTER_NAME: here 'staging', in the cluster 'discovery'");
        }
        CLUSTER.awaitWhole();
    }

    private static void awaitHosts(String service, Set<String> expected) {
        for (int n = 0; n < CLUSTER.size(); n++) {
            TestClient client = CLUSTER.client(n);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(client.hosts(service)).isEqualTo(new TreeSet<>(expected)));
        }
    }
}
