package io.discovery.bench;

import static io.discovery.bench.Bench.A_RUN;
import static io.discovery.bench.Bench.PATH;
import static io.discovery.bench.Bench.ROUNDS;
import static io.discovery.bench.Bench.SERVICE;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The change of rates with services, with hosts of a service, with members and with concurrent heartbeats: each beside
 * that at the smallest size, in runs that take turns. Prints them and draws target/growth.svg; asserts nothing about
 * time. For scripts/bench.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class GrowthBenchIT {

    private static final Path PICTURE = Path.of("target", "growth.svg");
    private static final int LARGE = 1_000;

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsWrk() {
        Wrk.require();
    }

    @Test
    void growth() throws IOException {
        List<Panel> panels = new ArrayList<>();
        panels.add(readsByServices());
        panels.add(heartbeatsByHosts());
        panels.addAll(byMembers());
        panels.add(readsByHeartbeats());
        Files.writeString(PICTURE, Panel.picture(panels));
        System.out.println("bench: drawn: " + PICTURE);
    }

    private static Panel readsByServices() {
        int[] sizes = {10, 1_000, 10_000};
        List<MemberProcess> members = new ArrayList<>();
        try {
            List<Side> sides = new ArrayList<>();
            for (int size : sizes) {
                MemberProcess member = MemberProcess.start(Map.of());
                members.add(member);
                for (int n = 0; n < size; n++) {
                    Bench.fill(member.client(), SERVICE + (n == 0 ? "" : n), 10);
                }
                sides.add(Side.of(Bench.url(member), A_RUN));
            }
            return measured("Reads a second of a list of 10 hosts", "services", labels(sizes), sides);
        } finally {
            members.forEach(MemberProcess::close);
        }
    }

    private Panel heartbeatsByHosts() throws IOException {
        int[] sizes = {10, 100, 1_000, 10_000};
        try (MemberProcess member = MemberProcess.start(Map.of())) {
            List<Side> sides = new ArrayList<>();
            for (int size : sizes) {
                String service = SERVICE + size;
                Bench.fill(member.client(), service, size);
                sides.add(Side.of(
                        "http://127.0.0.1:" + member.port() + "/v1/registration/" + service,
                        A_RUN,
                        "-s",
                        Wrk.heartbeats(dir, size, 0).toString()));
            }
            return measured("Heartbeats a second to one service", "hosts of the service", labels(sizes), sides);
        }
    }

    /** Reads and heartbeats, spread over all members of a cluster. */
    private List<Panel> byMembers() throws IOException {
        int[] sizes = {1, 2, 3};
        String script = Wrk.heartbeats(dir, LARGE, 0).toString();
        List<TestCluster> clusters = new ArrayList<>();
        try {
            List<Side> reads = new ArrayList<>();
            List<Side> heartbeats = new ArrayList<>();
            for (int size : sizes) {
                TestCluster cluster = TestCluster.start(size, Map.of());
                clusters.add(cluster);
                Bench.fill(cluster.client(0), SERVICE, LARGE);
                Bench.fill(cluster.client(0), "few", 10);
                reads.add(Bench.spread(cluster, "/v1/registration/few"));
                heartbeats.add(Bench.spread(cluster, PATH, "-s", script));
            }
            Bench.warmUp(heartbeats.toArray(new Side[0]));
            return List.of(
                    measured("Reads a second, spread over members", "members", labels(sizes), reads),
                    measured("Heartbeats a second, spread over members", "members", labels(sizes), heartbeats));
        } finally {
            clusters.forEach(TestCluster::close);
        }
    }

    /** The labels are what there was, not what was wished. */
    private Panel readsByHeartbeats() throws IOException {
        try (MemberProcess member = MemberProcess.start(Map.of())) {
            Bench.fill(member.client(), SERVICE, LARGE);
            Side atRest = Side.of(Bench.url(member), A_RUN);
            List<UnderHeartbeats> busy = new ArrayList<>();
            for (int wished : new int[] {500, 1_000, 2_000, 4_000}) {
                busy.add(UnderHeartbeats.of(Bench.url(member), dir, LARGE, wished));
            }
            List<Side> sides = new ArrayList<>(List.of(atRest));
            busy.forEach(side -> sides.add(side.reads()));
            Side.takeTurns(ROUNDS, sides.toArray(new Side[0]));
            List<String> labels = new ArrayList<>(List.of("0"));
            busy.forEach(side -> labels.add(String.format(
                    Locale.ROOT, "%,d", Math.round(side.heartbeats().rate() / 10) * 10)));
            return printed("Reads a second of a list of 1,000 hosts", "heartbeats a second to them", labels, sides);
        }
    }

    private static Panel measured(String what, String of, List<String> labels, List<Side> sides) {
        Side.takeTurns(ROUNDS, sides.toArray(new Side[0]));
        return printed(what, of, labels, sides);
    }

    private static Panel printed(String what, String of, List<String> labels, List<Side> sides) {
        for (int i = 0; i < sides.size(); i++) {
            Bench.print(what + ", " + labels.get(i) + " " + of, sides.get(i), "with " + labels.get(0), sides.get(0));
        }
        return new Panel(
                what,
                of,
                IntStream.range(0, sides.size())
                        .mapToObj(i -> new Panel.Bar(labels.get(i), sides.get(i).rate()))
                        .toList());
    }

    private static List<String> labels(int[] sizes) {
        return IntStream.of(sizes)
                .mapToObj(size -> String.format(Locale.ROOT, "%,d", size))
                .toList();
    }
}
