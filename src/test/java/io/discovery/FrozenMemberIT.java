package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestCluster;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that stands still, as on a machine that swaps or is cut off. */
@Timeout(120)
class FrozenMemberIT {

    @Test
    void theOthersTellOfTheClusterInTimeAndThatItIsNotSafe() throws Exception {
        try (TestCluster cluster = TestCluster.start(3, Map.of())) {
            freeze(cluster.member(2).pid());

            long start = System.nanoTime();
            HttpResponse<String> answer = cluster.client(0).get("/v1/cluster");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"partitions_safe\": false");
        }
    }

    private static void freeze(long pid) throws Exception {
        Process kill = new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start();
        assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(kill.exitValue()).isZero();
    }
}
