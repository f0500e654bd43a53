package io.discovery.bench;

import io.discovery.testing.Heartbeats;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Prints ratios of medians of runs that take turns; asserts nothing about time. For scripts/bench. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class BenchIT {

    private static final int ROUNDS = Integer.getInteger("discovery.bench.rounds", 5);
    private static final Duration A_RUN = Duration.ofSeconds(Integer.getInteger("discovery.bench.seconds", 4));
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("discovery.bench.warmup", 120));
    private static final Duration BETWEEN_HEARTBEATS = Duration.ofMillis(20);
    private static final String SERVICE = "bench";
    private static final String PATH = "/v1/registration/" + SERVICE;
    private static final int AT_ONCE = 500;
    private static final Map<String, String> QUIET = Map.of("STATSD_PORT", "0");

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsWrk() {
        if (!Wrk.isThere()) {
            throw new AssertionError("there is no wrk: apt-get install wrk");
        }
    }

    /** A list, and that it has not changed, with 50 heartbeats a second to the same service. */
    @Test
    void reads() throws IOException {
        for (int hosts : new int[] {10, 100, 1_000}) {
            try (MemberProcess member = MemberProcess.start(Map.of())) {
                // As the heartbeats are: nothing but the times of check-ins is to change.
                for (int n = 0; n < hosts; n++) {
                    member.client().register(SERVICE, Heartbeats.address(n));
                }
                String tag =
                        member.client().get(PATH).headers().firstValue("ETag").orElseThrow();
                Path body = Files.writeString(
                        dir.resolve("body"), member.client().get(PATH).body());
                String ours = "http://127.0.0.1:" + member.port() + PATH;
                try (Raw raw = Raw.start("body", body.toString())) {
                    compare(
                            "GET of " + hosts + " hosts, " + Files.size(body) + " bytes",
                            member,
                            hosts,
                            Side.of(ours, A_RUN),
                            Side.of(raw.url() + PATH, A_RUN));
                }
                try (Raw raw = Raw.start("not-modified")) {
                    String header = "If-None-Match: " + tag;
                    compare(
                            "304 for " + hosts + " hosts",
                            member,
                            hosts,
                            Side.of(ours, A_RUN, "-H", header),
                            Side.of(raw.url() + PATH, A_RUN, "-H", header));
                }
            }
        }
    }

    @Test
    void readsUnderHeartbeats() throws IOException {
        int connections = 46;
        Path script = Wrk.heartbeats(dir, 1_000, 20);
        try (MemberProcess member = MemberProcess.start(Map.of())) {
            fill(member.client(), SERVICE, 1_000);
            String url = "http://127.0.0.1:" + member.port() + PATH;
            Side atRest = Side.of(url, A_RUN);
            Side busy = Side.of(() -> {
                Wrk.Running heartbeats =
                        Wrk.start(url, connections, A_RUN.plusSeconds(1), List.of("-s", script.toString()));
                Wrk.Result reads = Wrk.run(url, A_RUN, List.of());
                System.out.printf(
                        "bench: %.0f heartbeats/s meanwhile%n",
                        heartbeats.result().rate());
                return reads;
            });
            Side.takeTurns(ROUNDS, atRest, busy);
            print("GET of 1000 hosts under heartbeats to them", busy, "at rest", atRest);
        }
    }

    @Test
    void heartbeats() throws IOException {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        try (MemberProcess member = MemberProcess.start(Map.of());
                Raw raw = Raw.start("form")) {
            Side ours = Side.of("http://127.0.0.1:" + member.port() + PATH, A_RUN, "-s", script.toString());
            Side theirs = Side.of(raw.url() + PATH, A_RUN, "-s", script.toString());
            Side.takeTurns(ROUNDS, theirs, ours);
            print("POST of heartbeats to one member, 1000 hosts", ours, "raw", theirs);
        }
    }

    /** Each member gets a third of the connections. */
    @Test
    void heartbeatsOfThreeMembers() throws IOException {
        Path script = Wrk.heartbeats(dir, 1_000, 0);
        try (TestCluster cluster = TestCluster.start(3, Map.of());
                Raw raw = Raw.start("form")) {
            Side ours = Side.of(() -> together(IntStream.range(0, cluster.size())
                    .mapToObj(n -> Wrk.start(
                            "http://127.0.0.1:" + cluster.member(n).port() + PATH,
                            Wrk.CONNECTIONS / cluster.size(),
                            A_RUN,
                            List.of("-s", script.toString())))
                    .toList()));
            Side theirs = Side.of(raw.url() + PATH, A_RUN, "-s", script.toString());
            warmUp(ours);
            Side.takeTurns(ROUNDS, theirs, ours);
            print("POST of heartbeats, spread over three members, 1000 hosts", ours, "raw", theirs);
        }
    }

    /** Three members on two processors take minutes until Java has compiled what they use. */
    private static void warmUp(Side side) {
        long end = System.nanoTime() + WARM_UP.toNanos();
        while (System.nanoTime() < end) {
            side.results().add(side.run().get());
        }
        side.results().clear();
    }

    private static Wrk.Result together(List<Wrk.Running> all) {
        List<Wrk.Result> results = all.stream().map(Wrk.Running::result).toList();
        return new Wrk.Result(
                results.stream().mapToDouble(Wrk.Result::rate).sum(),
                results.stream().mapToDouble(Wrk.Result::p99Micros).max().orElseThrow());
    }

    @Test
    void manyAtOnce() throws IOException {
        Path single = Wrk.heartbeats(dir, 1_000, 0);
        Path many = Wrk.json(dir, Files.writeString(dir.resolve("many.json"), array(SERVICE, 0, AT_ONCE)));
        try (MemberProcess member = MemberProcess.start(Map.of())) {
            String url = "http://127.0.0.1:" + member.port();
            Side one = Side.of(url + PATH, A_RUN, "-s", single.toString());
            Side all = Side.of(() -> {
                Wrk.Result requests = Wrk.start(url + "/v1/registrations", 8, A_RUN, List.of("-s", many.toString()))
                        .result();
                return new Wrk.Result(requests.rate() * AT_ONCE, requests.p99Micros());
            });
            Side.takeTurns(ROUNDS, one, all);
            print("registrations, " + AT_ONCE + " in a request", all, "one in a request", one);
        }
    }

    /** The rate at each size beside that at the smallest, in runs that take turns. */
    @Test
    void growth() throws IOException {
        growthOfServices();
        growthOfHosts();
    }

    private void growthOfServices() {
        int[] sizes = {10, 1_000, 10_000};
        List<MemberProcess> members = new ArrayList<>();
        try {
            Side[] sides = new Side[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                MemberProcess member = MemberProcess.start(QUIET);
                members.add(member);
                for (int n = 0; n < sizes[i]; n++) {
                    fill(member.client(), SERVICE + (n == 0 ? "" : n), 10);
                }
                sides[i] = Side.of("http://127.0.0.1:" + member.port() + PATH, A_RUN);
            }
            Side.takeTurns(ROUNDS, sides);
            for (int i = 0; i < sizes.length; i++) {
                print("GET of 10 hosts among " + sizes[i] + " services", sides[i], "among 10", sides[0]);
            }
        } finally {
            members.forEach(MemberProcess::close);
        }
    }

    private void growthOfHosts() throws IOException {
        int[] sizes = {10, 100, 1_000, 10_000};
        try (MemberProcess member = MemberProcess.start(QUIET)) {
            Side[] sides = new Side[sizes.length];
            for (int i = 0; i < sizes.length; i++) {
                String service = SERVICE + sizes[i];
                fill(member.client(), service, sizes[i]);
                sides[i] = Side.of(
                        "http://127.0.0.1:" + member.port() + "/v1/registration/" + service,
                        A_RUN,
                        "-s",
                        Wrk.heartbeats(dir, sizes[i], 0).toString());
            }
            Side.takeTurns(ROUNDS, sides);
            for (int i = 0; i < sizes.length; i++) {
                print("POST of heartbeats of " + sizes[i] + " hosts", sides[i], "of 10", sides[0]);
            }
        }
    }

    private static void fill(TestClient client, String service, int hosts) {
        for (int from = 0; from < hosts; from += AT_ONCE) {
            int status = client.post(
                            "/v1/registrations",
                            "application/json",
                            array(service, from, Math.min(hosts, from + AT_ONCE)))
                    .statusCode();
            if (status != 200) {
                throw new AssertionError("registering many at once: " + status);
            }
        }
    }

    private static String array(String service, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(n -> ("{\"service\": \"%s\", \"ip\": \"%s\", \"port\": 80, \"revision\": \"abcdef\","
                                + " \"service_repo_name\": \"repo\", \"tags\": %s}")
                        .formatted(service, "127.30." + n / 250 + "." + (1 + n % 250), TestClient.TAGS))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** With 50 heartbeats a second to the same service. */
    private static void compare(String what, MemberProcess member, int hosts, Side ours, Side raw) {
        Duration all = A_RUN.multipliedBy(2L * (ROUNDS + 1)).plusSeconds(2);
        CompletableFuture<Heartbeats.Result> heartbeats = CompletableFuture.supplyAsync(
                () -> Heartbeats.during(member.client(), SERVICE, hosts, BETWEEN_HEARTBEATS, all));
        Side.takeTurns(ROUNDS, raw, ours);
        Heartbeats.Result result = heartbeats.join();
        if (!result.failures().isEmpty()) {
            throw new AssertionError("heartbeats failed: " + result.failures());
        }
        print(what, ours, "raw", raw);
    }

    private static void print(String what, Side ours, String other, Side theirs) {
        System.out.printf(
                "bench: %s: %.0f/s, %s %.0f/s, ratio %.2f; p99 %.2f ms, ratio %.2f%n",
                what,
                ours.rate(),
                other,
                theirs.rate(),
                ours.rate() / theirs.rate(),
                ours.p99Micros() / 1_000,
                ours.p99Micros() / theirs.p99Micros());
    }
}
