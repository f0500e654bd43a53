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
import java.util.stream.Stream;
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
                MemberProcess traced = MemberProcess.start(settings(collector, "0.01"));
                MemberProcess plain = MemberProcess.start(Map.of());
                MemberProcess control = MemberProcess.start(Map.of())) {
            List<MemberProcess> members = List.of(traced, plain, control);
            members.forEach(member -> Bench.fill(member.client(), SERVICE, 10));
            compare("POST of heartbeats to one member, 1000 hosts", sides(members, "-s", script.toString()));
            compare("GET of 10 hosts", sides(members));
        }
    }

    /** Ten times the traces of the default show what the default costs: a tenth, where equal clusters differ by more. */
    @Test
    void tracesOfThreeMembers() throws Exception {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        try (TraceCollector collector = TraceCollector.start().forgetting();
                TestCluster traced = TestCluster.start(3, settings(collector, "0.01"));
                TestCluster plain = TestCluster.start(3, Map.of());
                TestCluster control = TestCluster.start(3, Map.of());
                TestCluster tenfold = TestCluster.start(3, settings(collector, "0.1"))) {
            compare(
                    "POST of heartbeats, spread over three members, 1000 hosts",
                    Stream.of(traced, plain, control, tenfold)
                            .map(cluster -> Bench.spread(cluster, PATH, "-s", script.toString())
                                    .withProcessorTimeOf(
                                            List.of(cluster.member(0), cluster.member(1), cluster.member(2))))
                            .toList());
        }
    }

    /** @param share of the requests that are traced; the default is 0.01 */
    private static Map<String, String> settings(TraceCollector collector, String share) {
        return Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.port(),
                "OTEL_TRACES_SAMPLER_ARG",
                share);
    }

    private static List<Side> sides(List<MemberProcess> members, String... options) {
        return members.stream()
                .map(member -> Side.of(Bench.url(member), A_RUN, options).withProcessorTimeOf(List.of(member)))
                .toList();
    }

    /**
     * @param sides with traces, without, without once more, to show by how much equal members differ, and perhaps with ten
     *     times the traces
     */
    private static void compare(String what, List<Side> sides) {
        Bench.warmUp(sides.toArray(Side[]::new));
        Side.takeTurns(ROUNDS, sides.toArray(Side[]::new));
        Bench.printWithProcessorTime(what + ", traces of 1 %", sides.get(0), "without", sides.get(1));
        Bench.printWithProcessorTime(what + ", without traces", sides.get(2), "without", sides.get(1));
        if (sides.size() > 3) {
            Bench.printWithProcessorTime(what + ", traces of 10 %", sides.get(3), "without", sides.get(1));
        }
    }
}
