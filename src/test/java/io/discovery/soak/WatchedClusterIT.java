package io.discovery.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.soak.Growth.Point;
import io.discovery.testing.Dashboard;
import io.discovery.testing.Prometheus;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three members with a fleet that changes all the time and clients that come and go, watched by a real Prometheus with the
 * alerts as they are shipped: none fires, until a member is killed. For scripts/check-alerts, which also draws panels of the
 * dashboard from what Prometheus has seen.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS)
@EnabledIfSystemProperty(named = "discovery.watched", matches = "[1-9][0-9]*")
class WatchedClusterIT {

    private static final Duration TIME = Duration.ofMinutes(Integer.getInteger("discovery.watched", 5));
    private static final Duration PACE = Duration.ofMillis(8);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Path PICTURE = Path.of("target", "dashboard.svg");
    private static final int STEP_SECONDS = 2;

    /** The panels of the dashboard with a line for each member, of which the first query is drawn, and their units. */
    private static final List<Drawn> DRAWN = List.of(
            new Drawn("Reads and writes by member", "Reads a second", 1),
            new Drawn("Longest time to answer", "Longest time to answer, ms", 1e3),
            new Drawn("Hosts by member", "Hosts", 1),
            new Drawn("Changes that wait", "Changes that wait for the disk", 1),
            new Drawn("Events sent", "Events to watchers, a second", 1),
            new Drawn("Streams of xDS", "Streams of xDS", 1),
            new Drawn("Members seen", "Members seen", 1),
            new Drawn("Seconds since copies were equal", "Seconds since copies were equal", 1),
            new Drawn("Heap", "Heap, MB", 1e-6),
            new Drawn("Processor", "Processor, % of both", 100));

    @TempDir
    private Path dir;

    /**
     * A panel of the picture.
     *
     * @param panel its title in the dashboard
     * @param factor of the unit of the picture
     */
    private record Drawn(String panel, String title, double factor) {}

    @Test
    void noAlertFiresUntilAMemberIsKilled() throws IOException {
        Prometheus.require();
        Map<String, String> settings = Map.of(
                "BACKEND_STORAGE",
                "InFile",
                "APPLICATION_DIR",
                dir.resolve("data").toString());
        try (TestCluster cluster = TestCluster.start(3, settings);
                Prometheus prometheus = Prometheus.watching(
                        IntStream.range(0, 3)
                                .map(n -> cluster.member(n).port())
                                .boxed()
                                .toList(),
                        dir)) {
            Instant begin = Instant.now();
            List<TestClient> clients =
                    IntStream.range(0, cluster.size()).mapToObj(cluster::client).toList();
            Hosts hosts = new Hosts(clients, 1);
            try (Crew writer = new Crew();
                    Visitors visitors = Visitors.start(cluster)) {
                writer.employ("hosts", PACE, hosts::step);
                LockSupport.parkNanos(TIME.toNanos());
                assertThat(prometheus.series("max_over_time(ALERTS{alertstate=\"firing\"}[" + TIME.toSeconds() + "s])"))
                        .isEmpty();
                assertThat(visitors.visits()).isPositive();
                System.out.println("watched: no alert within " + TIME.toMinutes() + " min, of rules evaluated "
                        + (long) prometheus.evaluations() + " times at least; longest until copies were equal: "
                        + prometheus.courses("max(discovery_peer_equal_age_seconds)", begin, 1).values().stream()
                                .flatMap(List::stream)
                                .mapToDouble(Prometheus.Sample::value)
                                .max()
                                .orElseThrow()
                        + " s");

                String killed = "127.0.0.1:" + cluster.member(2).port();
                cluster.kill(2);
                await().atMost(PATIENCE).until(() -> prometheus.firing().contains("DiscoveryMemberDown " + killed));
                System.out.println("watched: with a member killed: " + prometheus.firing());
                cluster.relaunch(2).awaitReady();
                await().atMost(PATIENCE).until(() -> !prometheus.firing().contains("DiscoveryMemberDown " + killed));
            }
            Files.writeString(PICTURE, picture(prometheus, begin));
            System.out.println("watched: drawn: " + PICTURE);
        }
    }

    private static String picture(Prometheus prometheus, Instant begin) {
        return LineChart.picture(
                DRAWN.stream().map(drawn -> chart(prometheus, begin, drawn)).toList());
    }

    private static LineChart chart(Prometheus prometheus, Instant begin, Drawn drawn) {
        Dashboard.Query query = Dashboard.shipped().queries().stream()
                .filter(each -> each.panel().equals(drawn.panel()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no panel " + drawn.panel()));
        return new LineChart(
                drawn.title(),
                prometheus.courses(query.sent(), begin, STEP_SECONDS).values().stream()
                        .map(course -> course.stream()
                                .map(sample -> new Point(sample.seconds(), sample.value() * drawn.factor()))
                                .toList())
                        .toList());
    }
}
