package io.discovery.bench;

import static org.awaitility.Awaitility.await;

import io.discovery.testing.Heartbeats;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Prints ratios to a raw server, medians of runs that take turns; asserts nothing about time. For scripts/bench. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class BenchIT {

    private static final int ROUNDS = Integer.getInteger("discovery.bench.rounds", 5);
    private static final Duration A_RUN = Duration.ofSeconds(Integer.getInteger("discovery.bench.seconds", 4));
    private static final Duration BETWEEN_HEARTBEATS = Duration.ofMillis(20);
    private static final String SERVICE = "bench";

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsWrk() {
        if (!Wrk.isThere()) {
            throw new AssertionError("there is no wrk: apt-get install wrk");
        }
    }

    private record Side(String url, List<String> options, List<Wrk.Result> results) {

        Side(String url, String... options) {
            this(url, List.of(options), new ArrayList<>());
        }

        void run() {
            results.add(Wrk.run(url, A_RUN, options));
        }

        double rate() {
            return median(results.stream().map(Wrk.Result::rate).toList());
        }

        double p99() {
            return median(results.stream().map(Wrk.Result::p99Micros).toList());
        }

        private static double median(List<Double> values) {
            return values.stream().sorted().toList().get(values.size() / 2);
        }
    }

    @Test
    void reads() throws IOException {
        for (int hosts : new int[] {10, 100, 1_000}) {
            try (MemberProcess member = MemberProcess.start(Map.of())) {
                fill(member.client(), hosts);
                String path = "/v1/registration/" + SERVICE;
                String tag =
                        member.client().get(path).headers().firstValue("ETag").orElseThrow();
                Path body = Files.writeString(
                        dir.resolve("body"), member.client().get(path).body());
                String ours = "http://127.0.0.1:" + member.port() + path;
                try (Raw raw = Raw.start("body", body.toString())) {
                    compare(
                            "GET of " + hosts + " hosts, " + Files.size(body) + " bytes",
                            member,
                            hosts,
                            new Side(ours),
                            new Side(raw.url() + path));
                }
                try (Raw raw = Raw.start("not-modified")) {
                    String header = "If-None-Match: " + tag;
                    compare(
                            "304 for " + hosts + " hosts",
                            member,
                            hosts,
                            new Side(ours, "-H", header),
                            new Side(raw.url() + path, "-H", header));
                }
            }
        }
    }

    @Test
    void heartbeats() throws IOException {
        Path script = Files.writeString(dir.resolve("heartbeats.lua"), """
                local n = 0
                request = function()
                  n = (n + 7) % 1000
                  local body = "ip=127.30." .. math.floor(n / 250) .. "." .. (1 + n % 250)
                    .. "&port=80&revision=abcdef&service_repo_name=repo"
                    .. "&tags=%7B%22az%22%3A%22a%22%2C%22region%22%3A%22r%22%2C%22instance_id%22%3A%22i%22%7D"
                  return wrk.format("POST", nil, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
                end
                """);
        try (MemberProcess member = MemberProcess.start(Map.of());
                Raw raw = Raw.start("form")) {
            String path = "/v1/registration/" + SERVICE;
            Side ours = new Side("http://127.0.0.1:" + member.port() + path, "-s", script.toString());
            Side theirs = new Side(raw.url() + path, "-s", script.toString());
            alternate(ours, theirs);
            print("POST of heartbeats to one member, 1000 hosts", ours, theirs);
        }
    }

    private static void fill(TestClient client, int hosts) {
        for (int n = 0; n < hosts; n++) {
            client.register(SERVICE, Heartbeats.address(n));
        }
    }

    /** With 50 heartbeats a second to the same service. */
    private static void compare(String what, MemberProcess member, int hosts, Side ours, Side raw) {
        Duration all = A_RUN.multipliedBy(2L * (ROUNDS + 1)).plusSeconds(2);
        CompletableFuture<Heartbeats.Result> heartbeats = CompletableFuture.supplyAsync(
                () -> Heartbeats.during(member.client(), SERVICE, hosts, BETWEEN_HEARTBEATS, all));
        alternate(ours, raw);
        Heartbeats.Result result = heartbeats.join();
        if (!result.failures().isEmpty()) {
            throw new AssertionError("heartbeats failed: " + result.failures());
        }
        print(what, ours, raw);
    }

    /** The first run of each warms it up and does not count. */
    private static void alternate(Side ours, Side raw) {
        for (int round = 0; round <= ROUNDS; round++) {
            raw.run();
            ours.run();
        }
        ours.results().remove(0);
        raw.results().remove(0);
    }

    private static void print(String what, Side ours, Side raw) {
        System.out.printf(
                "bench: %s: %.0f/s of %.0f/s raw, %.2f; p99 %.2f ms, %.2f of raw%n",
                what, ours.rate(), raw.rate(), ours.rate() / raw.rate(), ours.p99() / 1_000, ours.p99() / raw.p99());
    }

    /** A raw server in a process of its own. */
    private record Raw(Process process, int port) implements AutoCloseable {

        static Raw start(String... arguments) throws IOException {
            int port = Ports.free(1).get(0);
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-cp",
                    Path.of("target", "test-classes") + File.pathSeparator + Path.of("target", "discovery.jar"),
                    RawServer.class.getName(),
                    Integer.toString(port)));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command).inheritIO().start();
            Raw raw = new Raw(process, port);
            try {
                await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(raw::answers);
                return raw;
            } catch (RuntimeException | Error silent) {
                raw.close();
                throw silent;
            }
        }

        private boolean answers() {
            return new TestClient(port).get("/").statusCode() > 0;
        }

        String url() {
            return "http://127.0.0.1:" + port;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
