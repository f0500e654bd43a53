package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.Writers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A real member with a file, killed while clients write as fast as they can. */
@Tag("long")
@Isolated("what is written must be written in time")
class FileCrashIT {

    /** The number of kills; scripts/check-crash asks for more. */
    private static final int ROUNDS = Integer.getInteger("discovery.crash.rounds", 2);

    /** The time before the end from which no change may be lost. */
    private static final Duration WRITTEN_BY_THEN = Duration.ofSeconds(2);

    @TempDir
    private Path dir;

    @Test
    void aKillInTheMiddleOfWritingLosesNothingOlderThanTwoSeconds() {
        for (int round = 1; round <= ROUNDS; round++) {
            Map<String, String> settings = Map.of(
                    "BACKEND_STORAGE",
                    "InFile",
                    "APPLICATION_DIR",
                    dir.resolve(Integer.toString(round)).toString());
            try (TestCluster cluster = TestCluster.start(1, settings)) {
                Map<String, Long> acknowledged;
                long killedAt;
                try (Writers writers = Writers.start("crash", 4, cluster)) {
                    TestClient client = cluster.client(0);
                    await().atMost(Duration.ofSeconds(60))
                            .until(() -> client.metric("discovery_backend_written_total") > 1_500
                                    && isAcknowledgedBefore(
                                            System.nanoTime()
                                                    - WRITTEN_BY_THEN
                                                            .multipliedBy(2)
                                                            .toNanos(),
                                            writers));
                    cluster.kill(0);
                    killedAt = System.nanoTime();
                    acknowledged = writers.acknowledged();
                }
                Set<String> old = acknowledged.entrySet().stream()
                        .filter(each -> killedAt - each.getValue() > WRITTEN_BY_THEN.toNanos())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());

                TestClient again = cluster.relaunch(0).awaitReady().client();

                assertThat(old).isNotEmpty();
                assertThat(again.hosts("crash")).containsAll(old);
                System.out.printf(
                        "kill -9 while writing, round %d: %d acknowledged, %d of them over 2 s before, %d are back%n",
                        round,
                        acknowledged.size(),
                        old.size(),
                        again.hosts("crash").size());
            }
        }
    }

    private static boolean isAcknowledgedBefore(long nanoTime, Writers writers) {
        return writers.acknowledged().values().stream().anyMatch(at -> at - nanoTime < 0);
    }
}
