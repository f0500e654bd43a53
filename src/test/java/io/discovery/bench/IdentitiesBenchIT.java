package io.discovery.bench;

import static io.discovery.bench.Bench.A_RUN;
import static io.discovery.bench.Bench.ROUNDS;
import static io.discovery.bench.Bench.SERVICE;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of clients with a token beside those to a member without identities. Prints ratios, asserts nothing about time.
 * For scripts/bench.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class IdentitiesBenchIT {

    private static final String[] TOKEN = {
        "-H", "Authorization: Bearer " + TestIdentities.tokenOf("agent"),
    };

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsWrk() {
        Wrk.require();
    }

    /** Both with as many other identities as a large fleet has. */
    @Test
    void identities() throws IOException {
        TestIdentities many = IntStream.range(0, 1_000)
                .boxed()
                .reduce(
                        TestIdentities.NONE.with("agent", "write: [" + SERVICE + ", other-*]"),
                        (all, n) -> all.with("identity-" + n, "read: ['*']"),
                        (one, other) -> one);
        String file = many.write(dir.resolve("auth.yaml")).toString();
        Path heartbeats = Wrk.heartbeats(dir, 1_000, 0);
        try (MemberProcess guarded = MemberProcess.start(Map.of("AUTH_FILE", file));
                MemberProcess open = MemberProcess.start(Map.of())) {
            TestClient agent = TestIdentities.clientOf(guarded.client(), "agent");
            Bench.fill(agent, SERVICE, 100);
            Bench.fill(open.client(), SERVICE, 100);
            compare("GET of 100 hosts with a token", guarded, open);
            compare("POST of heartbeats with a token, 1000 hosts", guarded, open, "-s", heartbeats.toString());
        }
    }

    private static void compare(String what, MemberProcess guarded, MemberProcess open, String... options) {
        String[] withToken = Stream.of(TOKEN, options).flatMap(Stream::of).toArray(String[]::new);
        Side ours = Side.of(Bench.url(guarded), A_RUN, withToken);
        Side theirs = Side.of(Bench.url(open), A_RUN, options);
        Side.takeTurns(ROUNDS, theirs, ours);
        Bench.print(what, ours, "without identities", theirs);
    }
}
