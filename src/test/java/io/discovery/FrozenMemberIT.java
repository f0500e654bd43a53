package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestCluster;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A member that stands still, as on a machine that swaps or is cut off. */
@Timeout(120)
class FrozenMemberIT {

    @Test
    void theOthersTellOfTheClusterInTimeAndThatItIsNotSafe() {
        try (TestCluster cluster = TestCluster.start(3, Map.of())) {
            cluster.member(2).freeze();

            long start = System.nanoTime();
            HttpResponse<String> answer = cluster.client(0).get("/v1/cluster");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"partitions_safe\": false");
        }
    }
}
