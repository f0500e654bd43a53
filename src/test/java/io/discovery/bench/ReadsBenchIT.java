package io.discovery.bench;

import static io.discovery.bench.Bench.A_RUN;
import static io.discovery.bench.Bench.PATH;
import static io.discovery.bench.Bench.ROUNDS;
import static io.discovery.bench.Bench.SERVICE;

import io.discovery.testing.Heartbeats;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Lists beside a server that answers the same bytes. Prints ratios, asserts nothing about time. For scripts/bench. */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class ReadsBenchIT {

    private static final Duration BETWEEN_HEARTBEATS = Duration.ofMillis(20);

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsWrk() {
        Wrk.require();
    }

    /** A list, and that it has not changed, with 50 heartbeats a second to the same service. */
    @Test
    void reads() throws IOException {
        for (int hosts : new int[] {10, 100, 1_000}) {
            try (MemberProcess member = withHosts(hosts)) {
                String tag =
                        member.client().get(PATH).headers().firstValue("ETag").orElseThrow();
                Path body = Files.writeString(
                        dir.resolve("body"), member.client().get(PATH).body());
                try (Raw raw = Raw.start("body", body.toString())) {
                    compare("GET of " + hosts + " hosts, " + Files.size(body) + " bytes", member, hosts, raw);
                }
                try (Raw raw = Raw.start("not-modified")) {
                    compare("304 for " + hosts + " hosts", member, hosts, raw, "-H", "If-None-Match: " + tag);
                }
            }
        }
    }

    /** Lists over HTTPS, HTTP/1.1 with connections that stay, beside a server with the same certificate. */
    @Test
    void https() throws IOException {
        Map<String, String> tls = new TestAuthority(dir, "authority")
                .issue("member", Form.server())
                .httpsSettings();
        Map<String, String> settings = new HashMap<>(tls);
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        for (int hosts : new int[] {10, 100, 1_000}) {
            try (MemberProcess member = withHosts(hosts, settings)) {
                Path body = Files.writeString(
                        dir.resolve("body"), member.client().get(PATH).body());
                try (Raw raw = Raw.start(tls, "body", body.toString())) {
                    Side ours = Side.of("https://127.0.0.1:" + member.port() + PATH, A_RUN);
                    Side theirs = Side.of(raw.url() + PATH, A_RUN);
                    Side.takeTurns(ROUNDS, theirs, ours);
                    Bench.print(
                            "HTTPS GET of " + hosts + " hosts, " + Files.size(body) + " bytes", ours, "raw", theirs);
                }
            }
        }
    }

    /** Compressed lists. */
    @Test
    void gzip() throws IOException {
        int hosts = 1_000;
        try (MemberProcess member = withHosts(hosts)) {
            Path body = compressed(member);
            try (Raw raw = Raw.start("gzip", body.toString())) {
                compare(
                        "GET of " + hosts + " hosts in gzip, " + Files.size(body) + " bytes",
                        member,
                        hosts,
                        raw,
                        "-H",
                        "Accept-Encoding: gzip");
            }
        }
    }

    @Test
    void readsUnderHeartbeats() throws IOException {
        try (MemberProcess member = MemberProcess.start(Map.of())) {
            Bench.fill(member.client(), SERVICE, 1_000);
            Side atRest = Side.of(Bench.url(member), A_RUN);
            UnderHeartbeats busy = UnderHeartbeats.of(Bench.url(member), dir, 1_000, 2_000);
            Side.takeTurns(ROUNDS, atRest, busy.reads());
            System.out.printf(
                    "bench: %.0f heartbeats/s meanwhile%n", busy.heartbeats().rate());
            Bench.print("GET of 1000 hosts under heartbeats to them", busy.reads(), "at rest", atRest);
        }
    }

    /**
     * Starts a member with hosts like those of the concurrent heartbeats: nothing but the times of check-ins is to
     * change.
     */
    private static MemberProcess withHosts(int hosts) {
        return withHosts(hosts, Map.of());
    }

    private static MemberProcess withHosts(int hosts, Map<String, String> settings) {
        MemberProcess member = MemberProcess.start(settings);
        for (int n = 0; n < hosts; n++) {
            member.client().register(SERVICE, Heartbeats.address(n));
        }
        return member;
    }

    private Path compressed(MemberProcess member) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(Bench.url(member)).toURL().openConnection();
        connection.setRequestProperty("Accept-Encoding", "gzip");
        try (InputStream body = connection.getInputStream()) {
            if (!"gzip".equals(connection.getContentEncoding())) {
                throw new AssertionError("a list is answered without gzip");
            }
            return Files.write(dir.resolve("body.gz"), body.readAllBytes());
        }
    }

    /** Compares with 50 heartbeats a second to the same service. */
    private static void compare(String what, MemberProcess member, int hosts, Raw raw, String... options) {
        Side ours = Side.of(Bench.url(member), A_RUN, options);
        Side theirs = Side.of(raw.url() + PATH, A_RUN, options);
        Duration all = A_RUN.multipliedBy(2L * (ROUNDS + 1)).plusSeconds(2);
        CompletableFuture<Heartbeats.Result> heartbeats = CompletableFuture.supplyAsync(
                () -> Heartbeats.during(member.client(), SERVICE, hosts, BETWEEN_HEARTBEATS, all));
        Side.takeTurns(ROUNDS, theirs, ours);
        Heartbeats.Result result = heartbeats.join();
        if (!result.failures().isEmpty()) {
            throw new AssertionError("heartbeats failed: " + result.failures());
        }
        Bench.print(what, ours, "raw", theirs);
    }
}
