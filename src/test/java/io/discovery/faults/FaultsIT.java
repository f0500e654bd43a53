package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.faults.Checker.Limits;
import io.discovery.faults.Round.Backend;
import io.discovery.faults.Round.Plan;
import io.discovery.faults.Round.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three members on hosts of their own, clients that note every answer, a nemesis, and a checker of what was noted. The
 * long form, whose faults follow from seeds: {@code ./scripts/check-faults}.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
@Isolated("no read may stall")
class FaultsIT {

    private static final String LONG_FORM = "faults.rounds";
    private static final Workload.Size SMALL = new Workload.Size(50, 10, 4);
    private static final Workload.Size LARGE = new Workload.Size(200, 10, 4);
    /**
     * The longest waits: a read has no limit of its own, but never stalls; a write has the deadline, and time to report
     * it.
     */
    private static final Limits LIMITS =
            new Limits(Duration.ofSeconds(1), Duration.ofMillis(2_000), Duration.ofMillis(500));

    @BeforeAll
    static void needsNamespaces() {
        Network.whyNot().ifPresent(reason -> {
            System.err.println(
                    "SKIPPED: no faults are injected, " + reason + "; they need Linux, root, iproute2, iptables");
            Assumptions.abort(reason);
        });
    }

    /** A write that the frozen backup did not confirm must not be acknowledged, or it dies with its owner. */
    @Test
    @DisabledIfSystemProperty(named = LONG_FORM, matches = ".+")
    void aSilentBackupAndTheDeathOfItsOwner() throws IOException {
        shortForm(Backend.MEMORY, new Injection(Fault.SILENT_BACKUP, 1, 2, Duration.ZERO));
    }

    @Test
    @DisabledIfSystemProperty(named = LONG_FORM, matches = ".+")
    void aMemberCutOffAndTheDeathOfAll() throws IOException {
        shortForm(
                Backend.FILE,
                new Injection(Fault.CUT_OFF, 0, 1, Duration.ofSeconds(8)),
                new Injection(Fault.KILL_ALL, 0, 1, Duration.ZERO));
    }

    private static void shortForm(Backend backend, Injection... faults) throws IOException {
        Plan plan = new Plan(1, backend, List.of(faults), Set.of(0), SMALL);
        assertThat(run(plan, backend.toString()).violations()).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = LONG_FORM, matches = ".+")
    void roundsOfFaults() throws IOException {
        long first = Long.getLong("faults.seed", 1);
        int rounds = Integer.getInteger(LONG_FORM);
        List<String> broken = new ArrayList<>();
        List<Result> results = new ArrayList<>();
        for (Plan plan : plans(System.getProperty("faults.plan", "mixed"), first, rounds)) {
            Result result = run(plan, Long.toString(plan.seed()));
            System.out.println(result);
            results.add(result);
            result.violations().stream().limit(3).forEach(violation -> broken.add(plan.seed() + ": " + violation));
        }

        System.out.println(summary(results));
        assertThat(broken).isEmpty();
    }

    private static String summary(List<Result> results) {
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        results.stream()
                .flatMap(result -> result.plan().faults().stream())
                .forEach(injection -> faults.merge(injection.fault(), 1, Integer::sum));
        return "all " + results.size() + " rounds: " + faults + "; "
                + results.stream().mapToInt(Result::operations).sum() + " operations, "
                + results.stream().mapToInt(Result::unknown).sum() + " unknown, slowest read "
                + most(results, Result::slowestReadMillis) + " ms, slowest write "
                + most(results, Result::slowestWriteMillis) + " ms, equal after at most "
                + most(results, result -> result.equalAfter().toMillis()) + " ms, "
                + most(results, result -> result.violations().size()) + " violations at most";
    }

    private static long most(List<Result> results, ToLongFunction<Result> figure) {
        return results.stream().mapToLong(figure).max().orElse(0);
    }

    private static List<Plan> plans(String name, long first, int rounds) {
        return IntStream.range(0, rounds).mapToObj(i -> plan(name, first + i)).toList();
    }

    private static Plan plan(String name, long seed) {
        // Each member in turn: the oldest, which has the clock and the member list, matters most.
        int victim = (int) (seed % Round.MEMBERS);
        int other = (victim + 1) % Round.MEMBERS;
        return switch (name) {
            case "mixed" -> Plan.of(seed, LARGE);
            case "frozen" -> one(seed, new Injection(Fault.FREEZE, victim, other, Duration.ofSeconds(20)));
            case "split" -> one(seed, new Injection(Fault.SPLIT_ALL, victim, other, Duration.ofSeconds(8 + seed % 8)));
            case "cut-off" -> one(seed, new Injection(Fault.CUT_OFF, victim, other, Duration.ofSeconds(30)));
            default ->
                throw new IllegalArgumentException(
                        "faults.plan is " + name + ", expected mixed, frozen, cut-off or split");
        };
    }

    private static Plan one(long seed, Injection fault) {
        // More clients, because a member that stands still keeps those waiting that ask it.
        return new Plan(seed, Backend.MEMORY, List.of(fault), Set.of(), new Workload.Size(200, 10, 10));
    }

    private static Result run(Plan plan, String name) throws IOException {
        // The files of an earlier run would bring back what this one never knew.
        Path dir = Path.of("target", "faults", name).toAbsolutePath();
        Commands.run("rm", "-rf", dir.toString());
        Files.createDirectories(dir);
        return Round.run(plan, LIMITS, dir);
    }
}
