package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.history.History;
import io.discovery.testing.TestClient;
import io.discovery.testing.Tools;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Hosts that report to one half of a split for longer than their lease, and to the other half as soon as there is one
 * cluster again: its members and its map believe that they are gone.
 */
@Tag("long")
@Timeout(150)
@Execution(ExecutionMode.CONCURRENT)
class SplitLongerThanLeaseIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int HOSTS = 40;
    private static final String SERVICE = "weighed";

    private final ExecutorService clients = Executors.newFixedThreadPool(HOSTS);

    @AfterEach
    void end() {
        clients.shutdownNow();
    }

    @BeforeAll
    static void needsNamespaces() {
        Network.whyNot().ifPresent(reason -> {
            Tools.skip("no split is longer than a lease, " + reason + "; it needs Linux, root, iproute2, iptables");
        });
    }

    @Test
    void noHostLosesItsWeight(@TempDir Path dir) {
        try (Network network = Network.of(3);
                FaultyCluster cluster =
                        FaultyCluster.start(network, new History(), dir, Map.of("HOST_TTL", "10"), false)) {
            weighAllAndSplit(network, cluster);

            await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).until(() -> {
                reportTo(cluster, host -> host % 2);
                return listed(cluster.client(0)) == HOSTS / 2 && listed(cluster.client(1)) == HOSTS / 2;
            });
            network.heal();
            await().atMost(SOON).pollInterval(Duration.ofMillis(200)).until(() -> {
                reportTo(cluster, host -> host % 2);
                return IntStream.range(0, 3).allMatch(n -> FaultyCluster.sees(cluster.client(n)) == 3);
            });
            ofHalf(0).forEach(host -> awaitReport(cluster.client(1), host));
            ofHalf(1).forEach(host -> awaitReport(cluster.client(0), host));

            await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                reportTo(cluster, host -> host % 2);
                for (int n = 0; n < 3; n++) {
                    assertThat(unweighed(cluster.client(n))).as("member %d", n).isEmpty();
                }
            });
        }
    }

    /** A member that is alone with its read copy cannot know the heartbeats that the others got. */
    @Test
    void noHostThatChangesSidesInTheSplitLosesItsWeight(@TempDir Path dir) {
        try (Network network = Network.of(3);
                FaultyCluster cluster =
                        FaultyCluster.start(network, new History(), dir, Map.of("HOST_TTL", "10"), false)) {
            weighAllAndSplit(network, cluster);

            await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).until(() -> {
                reportTo(cluster, host -> 1);
                return listed(cluster.client(0)) == 0 && listed(cluster.client(1)) == HOSTS;
            });
            all().forEach(host -> awaitReport(cluster.client(0), host));
            assertThat(unweighed(cluster.client(0))).isEmpty();
            network.heal();

            await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                reportTo(cluster, host -> 0);
                for (int n = 0; n < 3; n++) {
                    assertThat(FaultyCluster.sees(cluster.client(n))).isEqualTo(3);
                    assertThat(unweighed(cluster.client(n))).as("member %d", n).isEmpty();
                }
            });
        }
    }

    /** Cuts member 0 off: it hears no other member, and none hears it. */
    private static void weighAllAndSplit(Network network, FaultyCluster cluster) {
        all().forEach(host -> {
            report(cluster.client(0), host);
            weigh(cluster.client(0), host);
        });
        await().atMost(SOON)
                .until(() -> IntStream.range(0, 3)
                        .allMatch(n -> unweighed(cluster.client(n)).isEmpty()));
        List.of(1, 2).forEach(n -> {
            network.drop(0, n);
            network.drop(n, 0);
        });
    }

    private static IntStream all() {
        return IntStream.range(0, HOSTS);
    }

    private static IntStream ofHalf(int half) {
        return all().filter(host -> host % 2 == half);
    }

    /**
     * Lets all hosts report at once: while members merge, a write takes its time, and no host may be silent for so
     * long.
     */
    private void reportTo(FaultyCluster cluster, IntUnaryOperator member) throws InterruptedException {
        clients.invokeAll(all().<Callable<Boolean>>mapToObj(
                        host -> () -> report(cluster.client(member.applyAsInt(host)), host))
                .toList());
    }

    private static int listed(TestClient client) {
        return TestClient.hostsOf(client.get("/v1/registration/" + SERVICE).body())
                .size();
    }

    private static String address(int host) {
        return "127.0.0." + (host + 1);
    }

    /** Sends a heartbeat and returns true if the member took it: a member that merges refuses. */
    private static boolean report(TestClient client, int host) {
        try {
            return client.post("/v1/registration/" + SERVICE, TestClient.registration(Map.of("ip", address(host))))
                            .statusCode()
                    == 200;
        } catch (UncheckedIOException silent) {
            return false;
        }
    }

    private static void awaitReport(TestClient client, int host) {
        await().atMost(SOON).pollDelay(Duration.ZERO).until(() -> report(client, host));
    }

    private static void weigh(TestClient client, int host) {
        Map<String, String> weight = Map.of("load_balancing_weight", Integer.toString(host + 1));
        assertThat(client.post("/v1/loadbalancing/" + SERVICE + "/" + address(host), weight)
                        .statusCode())
                .isEqualTo(204);
    }

    /** Returns the hosts that are not listed with their weight. */
    private static List<String> unweighed(TestClient client) {
        String list = client.get("/v1/registration/" + SERVICE).body();
        return all().filter(host -> !list.matches("(?s).*\"ip_address\": \"" + address(host)
                        + "\"[^}]*\"load_balancing_weight\": " + (host + 1) + "\\D.*"))
                .mapToObj(SplitLongerThanLeaseIT::address)
                .toList();
    }
}
