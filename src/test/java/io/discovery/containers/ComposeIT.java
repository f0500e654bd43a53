package io.discovery.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.EventStream;
import io.discovery.testing.OpenLoop;
import io.discovery.testing.Tools;
import io.discovery.testing.Writers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The cluster of docker-compose.cluster.yml, and what its clients feel when containers go and come. */
@Timeout(600)
@Isolated("times are measured")
@EnabledIfSystemProperty(named = "discovery.containers", matches = "true")
class ComposeIT {

    private static final int RATE = Integer.getInteger("discovery.lb.rate", 200);
    private static final Duration CALM = Duration.ofSeconds(2);

    @TempDir
    private static Path dir;

    private static Compose compose;

    @BeforeAll
    static void up() {
        // Members run for minutes here: a simpler compiler leaves the processors to the clients.
        compose = new Compose(dir, Map.of("DISCOVERY_JAVA_OPTS", "-XX:TieredStopAtLevel=1"));
        long start = System.nanoTime();
        compose.up();
        print(
                "up, and healthy after %d s",
                Duration.ofNanos(System.nanoTime() - start).toSeconds());
    }

    @AfterAll
    static void down() {
        compose.close();
    }

    @BeforeEach
    void whole() {
        compose.awaitWhole();
    }

    @Test
    void noClientSeesARollingRestart() {
        OpenLoop.Report report = underLoad(() -> {
            for (int n = 1; n <= Compose.MEMBERS; n++) {
                compose.restart("discovery" + n);
                compose.awaitWhole();
            }
        });
        print("rolling restart, %d requests/s: %s", RATE, report);

        assertUnharmed(report);
        assertThat(report.writes().failures()).as(compose.log()).isEmpty();
    }

    /** A stream would otherwise hold HAProxy for as long as Compose waits. */
    @Test
    void haproxyStopsSoonThoughAClientWatches() {
        try (EventStream watch = EventStream.open(compose.port(), "/v1/watch")) {
            assertThat(watch.head().code()).isEqualTo(200);
            String haproxy = compose.container("haproxy");
            long start = System.nanoTime();
            Docker.output("stop", "--time", "30", haproxy);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            Docker.output("start", haproxy);
            print("HAProxy stops in %d ms while a client watches", took.toMillis());

            assertThat(took).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void membersHaveNoVolumeThatDownWouldLeave() {
        assertThat(compose.mounts("discovery1")).doesNotContain("volume");
        assertThat(compose.mounts("dynamodb")).contains("volume");
    }

    @Test
    void portsAreThoseOfThisMachineAlone() {
        for (String service : List.of("discovery1", "discovery2", "discovery3", "haproxy")) {
            assertThat(Docker.output("port", compose.container(service)).lines())
                    .isNotEmpty()
                    .allMatch(port -> port.contains("-> 127.0.0.1:"));
        }
    }

    /** The address of a killed container goes with it: what is sent there is lost, not refused, until the others notice. */
    @Test
    void aLostContainerCostsNoRead() {
        String lost = compose.container("discovery2");
        OpenLoop.Report report = underLoad(() -> {
            Docker.output("kill", lost);
            compose.awaitSeen(1, Compose.MEMBERS - 1);
        });
        print("a container lost, %d requests/s: %s", RATE, report);
        Docker.output("start", lost);

        assertUnharmed(report);
        assertThat(report.writes().failures().keySet()).allMatch(ComposeIT::isNotAcknowledged);
    }

    @Test
    void aKilledProcessCostsNoReadAndComesBack() {
        String container = compose.container("discovery3");
        long pid = Long.parseLong(Docker.inspect(container, "{{.State.Pid}}"));
        ProcessHandle process = ProcessHandle.of(pid).orElse(null);
        if (process == null) {
            Tools.skip("the engine runs elsewhere: no process of a container can be killed");
            return;
        }
        OpenLoop.Report report = underLoad(() -> {
            process.destroyForcibly();
            compose.awaitSeen(1, Compose.MEMBERS - 1);
            compose.awaitWhole();
        });
        print("a process killed, %d requests/s: %s", RATE, report);

        assertUnharmed(report);
        assertThat(report.writes().failures().keySet()).allMatch(ComposeIT::isNotAcknowledged);
        assertThat(Docker.inspect(container, "{{.RestartCount}}")).isNotEqualTo("0");
    }

    @Test
    void acknowledgedChangesOutliveDownAndUp() {
        Set<String> acknowledged;
        try (Writers writers = Writers.start("down", 1, List.of(compose.client(1)))) {
            writers.awaitAcknowledged(100);
            compose.down();
            acknowledged = writers.stop().acknowledged();
        }
        compose.up();
        Set<String> back = compose.client(2).hosts("down");
        print("down and up: %d hosts acknowledged, %d there again", acknowledged.size(), back.size());

        assertThat(back).containsAll(acknowledged);
    }

    /** Returns whether a member, or HAProxy after all its tries, has said that it does not know what became of a write. */
    private static boolean isNotAcknowledged(String failure) {
        return failure.startsWith("503") || failure.startsWith("504");
    }

    private static void assertUnharmed(OpenLoop.Report report) {
        assertThat(report.reads().requests()).isPositive();
        assertThat(report.writes().requests()).isPositive();
        assertThat(report.reads().failures()).as(compose.log()).isEmpty();
    }

    private static OpenLoop.Report underLoad(Runnable event) {
        try (OpenLoop load = OpenLoop.start(compose.port(), RATE)) {
            pause();
            event.run();
            pause();
            return load.stop();
        }
    }

    /** Lets the load run for a time; there is no condition to wait for. */
    private static void pause() {
        long end = System.nanoTime() + CALM.toNanos();
        for (long left = CALM.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void print(String format, Object... values) {
        System.out.printf("compose: " + format + "%n", values);
    }
}
