package io.discovery.bench;

import static io.discovery.bench.Bench.AT_ONCE;
import static io.discovery.bench.Bench.A_RUN;
import static io.discovery.bench.Bench.PATH;
import static io.discovery.bench.Bench.ROUNDS;
import static io.discovery.bench.Bench.SERVICE;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
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
 * Heartbeats beside a server that parses the same form, and beside the engine alone. Prints ratios, asserts nothing
 * about time. For scripts/bench.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class WritesBenchIT {

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsWrk() {
        Wrk.require();
    }

    @Test
    void heartbeats() throws IOException {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        try (MemberProcess member = MemberProcess.start(Map.of());
                Raw raw = Raw.start("form")) {
            Side ours = Side.of(Bench.url(member), A_RUN, "-s", script.toString());
            Side theirs = Side.of(raw.url() + PATH, A_RUN, "-s", script.toString());
            Bench.warmUp(ours, theirs);
            Side.takeTurns(ROUNDS, theirs, ours);
            Bench.print("POST of heartbeats to one member, 1000 hosts", ours, "raw", theirs);
        }
    }

    /** Each member gets a third of the connections. */
    @Test
    void heartbeatsOfThreeMembers() throws IOException {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        try (TestCluster cluster = TestCluster.start(3, Map.of());
                Raw raw = Raw.start("form")) {
            Side ours = Bench.spread(cluster, PATH, "-s", script.toString());
            Side theirs = Side.of(raw.url() + PATH, A_RUN, "-s", script.toString());
            Bench.warmUp(ours);
            Side.takeTurns(ROUNDS, theirs, ours);
            Bench.print("POST of heartbeats, spread over three members, 1000 hosts", ours, "raw", theirs);
        }
    }

    /** Heartbeats of three members with TLS between them, beside three without. */
    @Test
    void membersTls() throws IOException {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        Map<String, String> tls = new TestAuthority(dir, "authority")
                .issue("member", Form.member())
                .memberSettings();
        try (TestCluster encrypted = TestCluster.start(3, tls);
                TestCluster plain = TestCluster.start(3, Map.of())) {
            Side ours = Bench.spread(encrypted, PATH, "-s", script.toString());
            Side theirs = Bench.spread(plain, PATH, "-s", script.toString());
            Bench.warmUp(ours, theirs);
            Side.takeTurns(ROUNDS, theirs, ours);
            Bench.print("POST of heartbeats, three members with TLS between them", ours, "without", theirs);
        }
    }

    /** The cost of a heartbeat without HTTP and without the directory. */
    @Test
    void engine() throws IOException {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        try (MemberProcess member = MemberProcess.start(Map.of());
                Engines engine = Engines.start(1);
                Raw raw = Raw.start("form")) {
            compareEngine(
                    "one member",
                    Side.of(Bench.url(member), A_RUN, "-s", script.toString()),
                    engine,
                    Side.of(raw.url() + PATH, A_RUN, "-s", script.toString()));
        }
    }

    @Test
    void engineOfThreeMembers() throws IOException {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        try (TestCluster cluster = TestCluster.start(3, Map.of());
                Engines engines = Engines.start(3);
                Raw raw = Raw.start("form")) {
            Side ours = Bench.spread(cluster, PATH, "-s", script.toString());
            Bench.warmUp(ours, Side.of(() -> engines.run(A_RUN)));
            compareEngine("three members", ours, engines, Side.of(raw.url() + PATH, A_RUN, "-s", script.toString()));
        }
    }

    private static void compareEngine(String members, Side ours, Engines engines, Side raw) {
        Side engine = Side.of(() -> engines.run(A_RUN));
        Side.takeTurns(ROUNDS, raw, engine, ours);
        Bench.print("heartbeats by the engine alone, " + members + ", 1000 hosts", engine, "raw", raw);
        Bench.print("POST of heartbeats, " + members + ", 1000 hosts", ours, "raw", raw);
        Bench.print("POST of heartbeats, " + members + ", 1000 hosts", ours, "the engine alone", engine);
    }

    /** Many hosts in a request, beside one in a request, and beside the engine. */
    @Test
    void manyAtOnce() throws IOException {
        Path single = Wrk.heartbeats(dir, 1_000, 0);
        Path many = Wrk.json(dir, Files.writeString(dir.resolve("many.json"), Bench.array(SERVICE, 0, AT_ONCE)));
        try (MemberProcess member = MemberProcess.start(Map.of());
                Engines engine = Engines.start(1)) {
            Side one = Side.of(Bench.url(member), A_RUN, "-s", single.toString());
            Side all = Side.of(() -> {
                Wrk.Result requests = Wrk.start(
                                "http://127.0.0.1:" + member.port() + "/v1/registrations",
                                8,
                                A_RUN,
                                List.of("-s", many.toString()))
                        .result();
                return new Wrk.Result(requests.rate() * AT_ONCE, requests.p99Micros());
            });
            // No request, however it is made, can bring more of them than that.
            Side most = Side.of(() -> engine.run(A_RUN));
            Side.takeTurns(ROUNDS, one, most, all);
            Bench.print("registrations, " + AT_ONCE + " in a request", all, "one in a request", one);
            Bench.print("registrations, " + AT_ONCE + " in a request", all, "the engine alone", most);
        }
    }
}
