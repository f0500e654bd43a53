package io.discovery.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.testing.MemberUsage;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Three members with 512 MB of heap under hosts that come, change and go, and clients that come and go. Writes
 * target/soak.csv and target/soak.svg. For scripts/check-soak.
 *
 * <p>The rules: no read fails and no stream is refused; over the last third of the time each member's heap after
 * collections and resident memory are on average at most 1.1 times those of the second third; when clients have left,
 * open files and threads are what they were before them, but for the few that a member starts when they are first
 * needed; then all members list the same, and that is right.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS)
@EnabledIfSystemProperty(named = "discovery.soak", matches = "[1-9][0-9]*")
class SoakIT {

    private static final Duration TIME = Duration.ofMinutes(Integer.getInteger("discovery.soak", 60));
    private static final long SEED = Long.getLong("discovery.soak.seed", 1);
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration PACE = Duration.ofMillis(8);
    private static final Duration SAMPLES = Duration.ofSeconds(10);
    /**
     * The number of samples for each that collects garbage first: one a minute, or more in a short trial, so that each
     * third has some.
     */
    private static final int SAMPLES_A_COLLECTION = TIME.toMinutes() < 18 ? 2 : 6;

    private static final double MOST_GROWTH = 1.1;
    /**
     * The threads that start when there is work for them, and stay: twenty workers of Vert.x, and a few of Java and
     * Hazelcast.
     */
    private static final int LATE_THREADS = 32;

    private static final int LATE_FILES = 10;
    /** The time in which members are equal again. */
    private static final Duration EQUAL = Duration.ofSeconds(10);

    /** The time after which members have ended idle connections, which is 75 s. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void membersStayAsTheyAre() throws IOException {
        Map<String, String> settings = Map.of("HOST_TTL", Long.toString(TTL.toSeconds()));
        try (TestCluster cluster = TestCluster.start(3, settings);
                SampleLog log = new SampleLog(cluster, Path.of("target", "soak.csv"))) {
            List<TestClient> clients =
                    IntStream.range(0, cluster.size()).mapToObj(cluster::client).toList();
            Hosts hosts = new Hosts(clients, SEED);
            List<MemberUsage> before = log.usage();

            List<String> failures = run(cluster, hosts, log);
            settle(hosts);

            Files.writeString(Path.of("target", "soak.svg"), log.picture());
            System.out.println("soak: drawn: target/soak.svg");
            assertThat(failures).isEmpty();
            await().atMost(EQUAL).untilAsserted(() -> {
                clients.forEach(client -> assertThatItIsRight(client, hosts));
                assertThatAllAreEqual(clients);
            });
            assertThatClientsLeftNothing(log, before);
            IntStream.range(0, cluster.size()).forEach(member -> assertThatNothingGrows(log, member));
        }
    }

    private static List<String> run(TestCluster cluster, Hosts hosts, SampleLog log) {
        try (Crew writer = new Crew();
                Visitors visitors = Visitors.start(cluster)) {
            writer.employ("hosts", PACE, hosts::step);
            long start = System.nanoTime();
            for (int n = 1; System.nanoTime() - start < TIME.toNanos(); n++) {
                pauseUntil(start + n * SAMPLES.toNanos());
                log.take(n % SAMPLES_A_COLLECTION == 0);
            }
            visitors.stop();
            writer.stop();
            Duration processor =
                    ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
            System.out.printf(
                    "soak: %d visits in %d s; the clients took %.0f %% of a processor%n",
                    visitors.visits(),
                    Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                    100.0 * processor.toNanos() / (System.nanoTime() - start));
            return Stream.of(writer, visitors.crew())
                    .flatMap(crew -> crew.failures().stream())
                    .toList();
        }
    }

    /** Lets live hosts report until the leases of all silent hosts have ended, and then once more. */
    private static void settle(Hosts hosts) {
        long end = System.nanoTime() + TTL.plusSeconds(5).toNanos();
        while (System.nanoTime() - end < 0) {
            hosts.heartbeat();
            LockSupport.parkNanos(PACE.toNanos());
        }
        for (int n = 0; n < Hosts.size(); n++) {
            hosts.heartbeat();
        }
    }

    private static void assertThatItIsRight(TestClient client, Hosts hosts) {
        hosts.living().forEach((service, living) -> {
            Map<String, String> expected = new TreeMap<>();
            living.values().forEach(host -> expected.put(host.address(), said(host.revision(), host.weight())));
            assertThat(listed(client, service)).as(service).isEqualTo(expected);
        });
    }

    private static Map<String, String> listed(TestClient client, String service) {
        JsonNode list =
                JsonText.parse(client.get("/v1/registration/" + service).body()).orElseThrow();
        Map<String, String> listed = new TreeMap<>();
        list.path("hosts")
                .forEach(host -> listed.put(
                        host.path("ip_address").asText(),
                        said(
                                host.path("revision").asText(),
                                host.path("tags").path("load_balancing_weight").asText(null))));
        return listed;
    }

    private static String said(String revision, @Nullable String weight) {
        return revision + ", " + weight;
    }

    /** Checks that all members show the same bytes. */
    private static void assertThatAllAreEqual(List<TestClient> clients) {
        Stream<String> lists = Hosts.services().stream().map(service -> "/v1/registration/" + service);
        Stream.concat(lists, Stream.of("/v1/services", "/v1/prometheus/targets"))
                .forEach(path -> assertThat(clients.stream()
                                .map(client -> client.get(path).body())
                                .distinct())
                        .as(path)
                        .hasSize(1));
    }

    private static void assertThatClientsLeftNothing(SampleLog log, List<MemberUsage> before) {
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            List<MemberUsage> after = log.usage();
            for (int n = 0; n < after.size(); n++) {
                assertThat(after.get(n).files())
                        .as("files of member %d", n)
                        .isLessThanOrEqualTo(before.get(n).files() + LATE_FILES);
                assertThat(after.get(n).threads())
                        .as("threads of member %d", n)
                        .isLessThanOrEqualTo(before.get(n).threads() + LATE_THREADS);
            }
        });
        System.out.printf("soak: before the clients %s%nsoak: after them   %s%n", before, log.usage());
    }

    private static void assertThatNothingGrows(SampleLog log, int member) {
        Growth heap = log.heapGrowth(member);
        Growth resident = log.residentGrowth(member);
        System.out.printf(
                "soak: member %d, second and last third: heap %.1f and %.1f MB, ratio %.2f; resident %.0f and %.0f MB, ratio %.2f%n",
                member, heap.second(), heap.last(), heap.ratio(), resident.second(), resident.last(), resident.ratio());
        assertThat(heap.ratio()).as("growth of heap, member %d", member).isLessThanOrEqualTo(MOST_GROWTH);
        assertThat(resident.ratio())
                .as("growth of resident memory, member %d", member)
                .isLessThanOrEqualTo(MOST_GROWTH);
    }

    private static void pauseUntil(long end) {
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
