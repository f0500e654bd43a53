package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.history.History;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.Tools;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A member that starts apart from the other, which has all hosts, and into whose cluster the other then merges: the map
 * that it has is empty until the other gives back what its own held.
 */
@Tag("long")
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
class StartedApartIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    /** The pause, longer than a call lasts, and too short for the others to go on without a member. */
    private static final Duration STANDSTILL = Duration.ofMillis(2_500);

    private static final Set<String> HOSTS =
            IntStream.rangeClosed(1, 200).mapToObj(n -> "127.1.0." + n).collect(Collectors.toSet());

    @BeforeAll
    static void needsNamespaces() {
        Network.whyNot().ifPresent(reason -> {
            Tools.skip("no member starts apart, " + reason + "; it needs Linux, root, iproute2, iptables");
        });
    }

    @Test
    void itNeverShowsLessThanAll(@TempDir Path dir) {
        try (Network network = Network.of(2);
                FaultyCluster cluster = FaultyCluster.start(network, new History(), dir, Map.of(), false)) {
            HOSTS.forEach(host -> cluster.client(1).register("svc", host));
            cluster.kill(0);
            network.drop(0, 1);
            network.drop(1, 0);
            await().atMost(SOON).until(() -> FaultyCluster.sees(cluster.client(1)) == 1);
            MemberProcess started = cluster.launchAgain(0);
            await().atMost(SOON).until(() -> isAlone(started.client()));

            network.heal();
            await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> isBeingMerged(cluster.member(1)));
            cluster.freeze(0);
            await().pollDelay(STANDSTILL).until(() -> true);
            cluster.thaw(0);

            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> started.showsAllOrNothing("svc", HOSTS));
            assertThat(started.log()).doesNotContain("OPENS WITHOUT IT");
        }
    }

    private static boolean isAlone(TestClient started) {
        try {
            return started.get("/health/ready").body().contains("waiting for other members");
        } catch (UncheckedIOException notListening) {
            return false;
        }
    }

    /** Returns true if the other cluster has taken the member in, and it has yet to give back what it holds. */
    private static boolean isBeingMerged(MemberProcess member) {
        String log = member.log();
        int begin = log.lastIndexOf(" is MERGING");
        return begin > 0 && log.indexOf("{size:2", begin) > 0;
    }
}
