package io.discovery.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Heartbeats;
import io.discovery.testing.OpenLoop;
import io.discovery.testing.TestClient;
import io.discovery.testing.Writers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** The image that is built from src/main/docker/Dockerfile, each time as a member that stands alone. */
@Timeout(300)
@Isolated("times are measured")
@EnabledIfSystemProperty(named = "discovery.containers", matches = "true")
class ImageIT {

    private static final List<String> ARCHIVES =
            List.of("/opt/discovery/libraries.jsa", "/opt/discovery/discovery.jsa");
    private static final String LABEL = "org.opencontainers.image.";
    /** The layers above those of the libraries, which a new version moves, in bytes before they are packed. */
    private static final long MOST_OF_A_VERSION = 25_000_000;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The time before a kill from which no change may be lost, as guarantees.md says. */
    private static final Duration WRITTEN_BY_THEN = Duration.ofSeconds(2);

    private static final Duration LOADED = Duration.ofSeconds(10);
    private static final int RATE = 100;
    private static final int BULKS = 20;
    private static final int HOSTS_A_BULK = 1_000;

    @AutoClose
    private static final Network NETWORK = new Network();

    @Test
    void aMemberIsReadySoonWithItsArchiveOfClassesAndHealthy() {
        long start = System.nanoTime();
        try (Container member = Container.start(NETWORK.name(), List.of())) {
            print(
                    "ready %d ms after docker run, resident %d MB; the image has %d MB",
                    millisSince(start),
                    member.residentMegabytes(),
                    Long.parseLong(Docker.inspect(Docker.IMAGE, "{{.Size}}")) / 1_000_000);

            assertThat(member.exec("cat", "/proc/1/maps").succeeded().output()).contains(ARCHIVES);
            await().atMost(PATIENCE)
                    .until(() -> member.inspect("{{.State.Health.Status}}"), status -> !status.equals("starting"));
            assertThat(member.inspect("{{.State.Health.Status}}")).isEqualTo("healthy");
        }
    }

    /** By itself Java would take the serial collector for so little memory. */
    @Test
    void aSmallMemberHasG1UnlessItsOperatorWantsAnotherCollector() {
        assertThat(collector("-Xlog:gc")).contains("Using G1");
        assertThat(collector("-Xlog:gc -XX:+UseSerialGC")).contains("Using Serial");
    }

    /** Returns what the program writes with these options when it only tells its version. */
    private static String collector(String options) {
        return Docker.output(
                "run",
                "--rm",
                "--memory",
                "512m",
                "--cpus",
                "1",
                "--network",
                "none",
                "--env",
                "JAVA_OPTS=" + options,
                Docker.IMAGE,
                "--version");
    }

    @Test
    void labelsTellTheVersionAndTheLicence() {
        assertThat(label("version")).isEqualTo("checked");
        assertThat(label("revision")).matches("[0-9a-f]{40}");
        assertThat(label("licenses")).isEqualTo("Apache-2.0");
    }

    /** The layers above the archive of the libraries' classes are new with each version. */
    @Test
    void aNewVersionMovesFewMegabytes() {
        long bytes = Docker.output(
                        "history", "--no-trunc", "--human=false", "--format", "{{.Size}} {{.CreatedBy}}", Docker.IMAGE)
                .lines()
                .takeWhile(layer -> !layer.contains("-Xshare:dump"))
                .mapToLong(layer -> Long.parseLong(layer.substring(0, layer.indexOf(' '))))
                .sum();
        print("the layers of a new version have %d kB", bytes / 1_000);

        assertThat(bytes).isBetween(1_000_000L, MOST_OF_A_VERSION);
    }

    @Test
    void aMemberNeedsNoPrivilegeAndWritesToItsVolumeAlone() {
        List<String> nothing = List.of(
                "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--pids-limit", "512");
        try (Volume volume = new Volume();
                Container member = Container.start(NETWORK.name(), joined(nothing, volume.options()))) {
            member.client().register("orders", "127.0.0.2");

            assertThat(Docker.inspect(Docker.IMAGE, "{{.Config.User}}")).isEqualTo("10001:10001");
            assertThat(member.status("Uid").split("\\s+")).containsOnly("10001");
            assertThat(member.status("CapBnd")).matches("0+");
            assertThat(member.status("NoNewPrivs")).isEqualTo("1");
            assertThat(member.exec("touch", "/tmp/file").exitCode()).isNotZero();
            assertThat(member.exec("discovery", "services").succeeded().output())
                    .contains("orders");
        }
    }

    @Test
    void aSmallMemberLivesUnderLoad() {
        List<String> small = List.of("--memory", "512m", "--memory-swap", "512m", "--cpus", "1");
        try (Container member = Container.start(NETWORK.name(), small)) {
            IntStream.range(0, BULKS).forEach(n -> registerMany(member.client(), n));
            try (OpenLoop load = OpenLoop.start(member.port(), RATE)) {
                pause(LOADED);
                OpenLoop.Report report = load.stop();
                print(
                        "512 MB and one processor, %d hosts, %d requests/s: resident %d MB, %s",
                        BULKS * HOSTS_A_BULK, RATE, member.residentMegabytes(), report);

                assertThat(report.reads().failures()).isEmpty();
                assertThat(report.writes().failures()).isEmpty();
            }
            assertThat(member.isRunning()).isTrue();
            assertThat(member.inspect("{{.State.OOMKilled}}")).isEqualTo("false");
        }
    }

    @Test
    void anOrderedStopLosesNothingThatWasAcknowledged() {
        try (Volume volume = new Volume();
                Container member = Container.start(NETWORK.name(), volume.options())) {
            Writers.Result written;
            try (Writers writers = Writers.start("stopped", 2, List.of(member.client()))) {
                writers.awaitAcknowledged(200);
                long start = System.nanoTime();
                assertThat(member.stop()).isZero();
                print("docker stop took %d ms", millisSince(start));
                written = writers.stop();
            }
            member.startAgain();

            assertThat(member.client().hosts("stopped")).containsAll(written.acknowledged());
        }
    }

    @Test
    void aKillLosesNothingThatIsOlderThanTwoSecondsEvenInANewContainer() {
        try (Volume volume = new Volume()) {
            Map<String, Long> acknowledged;
            long killedAt;
            try (Container member = Container.start(NETWORK.name(), volume.options());
                    Writers writers = Writers.start("killed", 2, List.of(member.client()))) {
                await().atMost(PATIENCE)
                        .until(() -> !olderThan(
                                        WRITTEN_BY_THEN.multipliedBy(2), System.nanoTime(), writers.acknowledged())
                                .isEmpty());
                member.kill();
                killedAt = System.nanoTime();
                acknowledged = writers.acknowledged();
            }
            try (Container next = Container.start(NETWORK.name(), volume.options())) {
                Set<String> old = olderThan(WRITTEN_BY_THEN, killedAt, acknowledged);
                Set<String> back = next.client().hosts("killed");
                print(
                        "docker kill: %d acknowledged, %d of them over 2 s before, %d are back",
                        acknowledged.size(), old.size(), back.size());

                assertThat(old).isNotEmpty();
                assertThat(back).containsAll(old);
            }
        }
    }

    private static String label(String name) {
        return Docker.inspect(Docker.IMAGE, "{{index .Config.Labels \"" + LABEL + name + "\"}}");
    }

    private static Set<String> olderThan(Duration age, long nanoTime, Map<String, Long> acknowledged) {
        return acknowledged.entrySet().stream()
                .filter(each -> nanoTime - each.getValue() > age.toNanos())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static void registerMany(TestClient client, int bulk) {
        String hosts = IntStream.range(bulk * HOSTS_A_BULK, (bulk + 1) * HOSTS_A_BULK)
                .mapToObj(n ->
                        "{\"service\": \"many%d\", \"ip\": \"%s\", \"port\": 80, \"revision\": \"1\", \"tags\": %s}"
                                .formatted(n % 100, Heartbeats.address(n), TestClient.TAGS))
                .collect(Collectors.joining(", ", "[", "]"));
        await().atMost(PATIENCE)
                .until(() -> client.post("/v1/registrations", "application/json", hosts)
                                .statusCode()
                        == 200);
    }

    private static List<String> joined(List<String> some, List<String> more) {
        List<String> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    private static long millisSince(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime).toMillis();
    }

    /** Lets the load run for a time; there is no condition to wait for. */
    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void print(String format, Object... values) {
        System.out.printf("image: " + format + "%n", values);
    }
}
