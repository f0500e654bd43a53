package io.discovery.bench;

import static io.discovery.bench.Bench.A_RUN;
import static io.discovery.bench.Bench.ROUNDS;
import static io.discovery.bench.Bench.SERVICE;

import io.discovery.testing.MemberProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Heartbeats that say nothing new, and lists, beside a member that records no changes. Prints ratios, asserts nothing
 * about time. For scripts/bench.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
@EnabledIfSystemProperty(named = "discovery.bench", matches = ".+")
class HistoryBenchIT {

    @TempDir
    private Path dir;

    @BeforeAll
    static void needsWrk() {
        Wrk.require();
    }

    @Test
    void history() throws IOException {
        Path heartbeats = Wrk.heartbeats(dir, 1_000, 0);
        try (MemberProcess recording = MemberProcess.start(Map.of());
                MemberProcess without = MemberProcess.start(Map.of("HISTORY_CHANGES", "0"))) {
            Bench.fill(recording.client(), SERVICE, 100);
            Bench.fill(without.client(), SERVICE, 100);
            compare("POST of heartbeats with a history, 1000 hosts", recording, without, "-s", heartbeats.toString());
            compare("GET of 100 hosts with a history", recording, without);
        }
    }

    private static void compare(String what, MemberProcess recording, MemberProcess without, String... options) {
        Side ours = Side.of(Bench.url(recording), A_RUN, options);
        Side theirs = Side.of(Bench.url(without), A_RUN, options);
        Bench.warmUp(ours, theirs);
        Side.takeTurns(ROUNDS, theirs, ours);
        Bench.print(what, ours, "without", theirs);
    }
}
