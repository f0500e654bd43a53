package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.history.History;
import io.discovery.testing.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The faults of links between real members: what the system says of the members' connections. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class NetworkIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TRIES_AGAIN = "backoff:";

    @BeforeAll
    static void needsNamespaces() {
        Network.whyNot().ifPresent(reason -> {
            Tools.skip("no link between members fails, " + reason + "; it needs Linux, root, iproute2, iptables");
        });
    }

    @Test
    void refusedConnectionsEndAndDroppedOnesAreTriedUntilHealed(@TempDir Path dir) {
        try (Network network = Network.of(2);
                FaultyCluster cluster = FaultyCluster.start(network, new History(), dir, Map.of(), false)) {
            assertThat(cluster.isWhole()).isTrue();
            network.drop(0, 1);
            network.drop(1, 0);
            await().atMost(SOON).until(() -> network.connections(0).contains(TRIES_AGAIN));
            network.heal();
            network.awaitDelivery(SOON);
            assertThat(network.connections(0) + network.connections(1)).doesNotContain(TRIES_AGAIN);
            await().atMost(SOON).until(cluster::isWhole);

            network.refuse(0, 1);
            network.refuse(1, 0);
            await().atMost(SOON).until(() -> {
                assertThat(network.connections(0)).doesNotContain(TRIES_AGAIN);
                return FaultyCluster.sees(cluster.client(0)) == 1;
            });
        }
    }
}
