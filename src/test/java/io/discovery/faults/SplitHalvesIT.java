package io.discovery.faults;

import static org.awaitility.Awaitility.await;

import io.discovery.history.History;
import io.discovery.testing.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two halves of two members each, which have to agree among themselves before one of them merges into the other. */
@Tag("long")
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class SplitHalvesIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final List<Integer> MEMBERS = List.of(0, 1, 2, 3);

    @BeforeAll
    static void needsNamespaces() {
        Network.whyNot().ifPresent(reason -> {
            Tools.skip("no halves are split, " + reason + "; it needs Linux, root, iproute2, iptables");
        });
    }

    @Test
    void theyMerge(@TempDir Path dir) {
        try (Network network = Network.of(MEMBERS.size());
                FaultyCluster cluster =
                        FaultyCluster.start(network, new History(), dir, Map.of("CLUSTER_MIN_MEMBERS", "2"), false)) {
            for (int a : List.of(0, 1)) {
                for (int b : List.of(2, 3)) {
                    network.drop(a, b);
                    network.drop(b, a);
                }
            }
            awaitSizes(cluster, 2);
            cluster.client(0).register("svc", "127.1.0.1");
            cluster.client(2).register("svc", "127.1.0.2");

            network.heal();

            awaitSizes(cluster, MEMBERS.size());
            await().atMost(SOON)
                    .until(() -> IntStream.of(0, 1, 2, 3)
                            .allMatch(n -> cluster.client(n).hosts("svc").size() == 2));
        }
    }

    private static void awaitSizes(FaultyCluster cluster, int size) {
        await().alias("members that see " + size)
                .atMost(SOON)
                .until(() -> MEMBERS.stream().allMatch(n -> FaultyCluster.sees(cluster.client(n)) == size));
    }
}
