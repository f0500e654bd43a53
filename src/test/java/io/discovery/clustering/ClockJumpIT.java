package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.discovery.testing.FakeClock;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member whose wall clock jumps. */
@Tag("long")
@Timeout(120)
class ClockJumpIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    /**
     * The number of comparisons that the test watches: two are 5 s apart, and a member that heard no heartbeat for 4 s
     * would have left.
     */
    private static final int COMPARISONS = 3;

    /** By the wall clock Hazelcast would take all heartbeats for expired ones. */
    @Test
    void aMemberWhoseClockIsSetForwardStaysInTheCluster(@TempDir Path dir) {
        assumeTrue(FakeClock.isThere(), "SKIPPED: what a clock that is set forward does; there is no libfaketime");
        FakeClock clock = new FakeClock(dir.resolve("clock"));
        try (TestCluster cluster = TestCluster.prepare(2, n -> n == 0 ? Map.of() : clock.environment())) {
            cluster.launchNext();
            cluster.launchNext();
            cluster.awaitWhole();
            TestClient member = cluster.client(1);

            clock.set(Duration.ofSeconds(17));

            await().atMost(SOON).until(() -> member.metric("discovery_clock_offset_microseconds") > 10e6);
            double before = comparisons(member);
            await().atMost(SOON).until(() -> {
                assertThat(member.metric("discovery_members")).isEqualTo(2);
                return comparisons(member) >= before + COMPARISONS;
            });
            assertThat(cluster.member(1).log()).doesNotContain("Ignoring heartbeat");
        }
    }

    private static double comparisons(TestClient member) {
        return member.metric("discovery_peer_comparisons_total");
    }
}
