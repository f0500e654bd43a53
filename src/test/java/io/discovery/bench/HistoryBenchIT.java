package io.discovery.bench;

import static io.discovery.bench.Bench.A_RUN;
import static io.discovery.bench.Bench.ROUNDS;
import static io.discovery.bench.Bench.SERVICE;

import io.discovery.testing.MemberProcess;
import java.io.IOException;
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

    /** Two members without a history show by how much members differ that are the same. */
    @Test
    void history() throws IOException {
        Path heartbeats = Wrk.heartbeats(dir, 1_000, 0);
        Map<String, String> off = Map.of("HISTORY_CHANGES", "0");
        try (MemberProcess recording = MemberProcess.start(Map.of());
                MemberProcess without = MemberProcess.start(off);
                MemberProcess control = MemberProcess.start(off)) {
            List<MemberProcess> members = List.of(recording, without, control);
            members.forEach(member -> Bench.fill(member.client(), SERVICE, 100));
            compare("GET of 100 hosts", members);
            compare("POST of heartbeats, 1000 hosts", members, "-s", heartbeats.toString());
        }
    }

    /** @param members one with a history, and two without */
    private static void compare(String what, List<MemberProcess> members, String... options) {
        List<Side> sides = members.stream()
                .map(member -> Side.of(Bench.url(member), A_RUN, options))
                .toList();
        Bench.warmUp(sides.toArray(Side[]::new));
        Side.takeTurns(ROUNDS, sides.toArray(Side[]::new));
        Bench.print(what + ", with a history", sides.get(0), "without", sides.get(1));
        Bench.print(what + ", without a history", sides.get(2), "without", sides.get(1));
    }
}
