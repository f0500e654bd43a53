package io.discovery.bench;

import static io.discovery.bench.Bench.A_RUN;
import static io.discovery.bench.Bench.PATH;
import static io.discovery.bench.Bench.ROUNDS;
import static io.discovery.bench.Bench.SERVICE;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestCluster;
import io.discovery.testing.TraceCollector;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lists and heartbeats with the traces of the default, one request in a hundred, beside members without. Prints ratios,
 * asserts nothing about time. For scripts/bench.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class TracesBenchIT {

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsWrk() {
        Wrk.require();
    }

    @Test
    void traces() throws Exception {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        try (TraceCollector collector = TraceCollector.start().forgetting();
                MemberProcess traced = MemberProcess.start(settings(collector));
                MemberProcess plain = MemberProcess.start(Map.of());
                MemberProcess control = MemberProcess.start(Map.of())) {
            List<MemberProcess> members = List.of(traced, plain, control);
            members.forEach(member -> Bench.fill(member.client(), SERVICE, 10));
            compare("POST of heartbeats to one member, 1000 hosts", sides(members, "-s", script.toString()));
            compare("GET of 10 hosts", sides(members));
        }
        try (TraceCollector collector = TraceCollector.start().forgetting();
                TestCluster traced = TestCluster.start(3, settings(collector));
                TestCluster plain = TestCluster.start(3, Map.of())) {
            compare(
                    "POST of heartbeats, spread over three members, 1000 hosts",
                    List.of(
                            Bench.spread(traced, PATH, "-s", script.toString()),
                            Bench.spread(plain, PATH, "-s", script.toString())));
        }
    }

    private static Map<String, String> settings(TraceCollector collector) {
        return Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.port());
    }

    private static List<Side> sides(List<MemberProcess> members, String... options) {
        return members.stream()
                .map(member -> Side.of(Bench.url(member), A_RUN, options))
                .toList();
    }

    /** @param sides with traces, without, and perhaps without once more, to show by how much equal members differ */
    private static void compare(String what, List<Side> sides) {
        Bench.warmUp(sides.toArray(Side[]::new));
        Side.takeTurns(ROUNDS, sides.toArray(Side[]::new));
        Bench.print(what + ", traces of 1 %", sides.get(0), "without", sides.get(1));
        if (sides.size() > 2) {
            Bench.print(what + ", without traces", sides.get(2), "without", sides.get(1));
        }
    }
}
