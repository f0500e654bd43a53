package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CommandLineProgram;
import io.discovery.testing.ExternalProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stream of changes, with a cluster of two, one of which dies. */
@Timeout(180)
class WatchIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<String> seen = new ArrayList<>();
    private int attempts;

    @Test
    void aWatchGoesOnAtTheNextMember() throws Exception {
        try (TestCluster cluster = TestCluster.start(2, Map.of())) {
            CommandLineProgram cli = CommandLineProgram.at(
                    cluster.member(0).port(), cluster.member(1).port());
            cluster.client(0).register("payments", "127.0.0.10");
            try (ExternalProcess watch = cli.program("watch", "payments").startPiped("the watch")) {
                awaitWatched(cluster.client(0), watch);

                cluster.kill(0);

                awaitWatched(cluster.client(1), watch);
                assertThat(watch.log())
                        .contains("going on at http://127.0.0.1:"
                                + cluster.member(1).port());
            }
            assertThat(seen)
                    .allMatch(
                            line -> line.matches(
                                    "20.*Z  weight        payments  127.0.0.10:8080  tags.load_balancing_weight .* -> [0-9]+.*"));
            assertThat(new HashSet<>(seen)).hasSameSizeAs(seen);
        }
    }

    /** Changes a weight until the watch tells of it: it hears of what comes after it has begun. */
    private void awaitWatched(TestClient client, ExternalProcess watch) {
        int before = seen.size();
        await().atMost(PATIENCE).until(() -> {
            String weight = Integer.toString(1 + attempts++ % 100);
            client.post("/v1/loadbalancing/payments/127.0.0.10", Map.of("load_balancing_weight", weight));
            return read(watch.output()) > before;
        });
    }

    private int read(BufferedReader lines) throws IOException {
        while (lines.ready()) {
            seen.add(lines.readLine());
        }
        return seen.size();
    }
}
