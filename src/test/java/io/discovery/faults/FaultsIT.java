package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.history.Promise;
import io.discovery.history.Violation;
import io.discovery.testing.Tools;
import io.discovery.testing.VersionBefore;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Members on hosts of their own, clients and watchers that note every answer, a nemesis, and a checker of what was
 * noted. The long form, whose faults follow from seeds: {@code ./scripts/check-faults}.
 */
@Tag("long")
@Timeout(value = 1, unit = TimeUnit.DAYS)
@Isolated("no read may stall")
class FaultsIT {

    private static final String LONG_FORM = "faults.plan";
    private static final int PATIENCE = Integer.getInteger("faults.patience", 1);
    /** The patience of the short form, which runs beside any other program. */
    private static final int BESIDE_OTHERS = 3;

    @BeforeAll
    static void needsNamespaces() {
        Network.whyNot().ifPresent(reason -> {
            Tools.skip("no faults are injected, " + reason + "; they need Linux, root, iproute2, iptables");
        });
    }

    /** A write that the frozen backup did not confirm must not be acknowledged, or it dies with its owner. */
    @Test
    @DisabledIfSystemProperty(named = LONG_FORM, matches = ".+")
    void aSilentBackupAndTheDeathOfItsOwner() {
        shortForm(Plan.of(1, Backend.MEMORY, Step.of(new Injection(Fault.SILENT_BACKUP, 1, 2, Duration.ZERO))));
    }

    @Test
    @DisabledIfSystemProperty(named = LONG_FORM, matches = ".+")
    void aMemberCutOffAndTheDeathOfAll() {
        shortForm(Plan.of(
                1,
                Backend.FILE,
                Step.of(new Injection(Fault.CUT_OFF, 0, 1, Duration.ofSeconds(8)))
                        .settling(),
                Step.of(new Injection(Fault.KILL_ALL, 0, 1, Duration.ZERO))));
    }

    private static void shortForm(Plan plan) {
        assertThat(run(plan, plan.backend().toString(), BESIDE_OTHERS).violations())
                .isEmpty();
    }

    /** Runs plans until there are enough of them, or the time is up, and shrinks those that break a promise. */
    @Test
    @EnabledIfSystemProperty(named = LONG_FORM, matches = ".+")
    void roundsOfFaults() {
        String name = System.getProperty(LONG_FORM);
        long first = Long.getLong("faults.seed", 1);
        int rounds = Integer.getInteger("faults.rounds", 1);
        long end = System.nanoTime()
                + Duration.ofMinutes(Integer.getInteger("faults.minutes", 1_440))
                        .toNanos();
        List<RoundResult> results = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        for (int n = 0; n < rounds && System.nanoTime() < end; n++) {
            long began = System.nanoTime();
            Plan plan = plan(name, first + n);
            RoundResult result = run(plan, Long.toString(plan.seed()), PATIENCE);
            System.out.printf(
                    "%s, %d s%n",
                    result, Duration.ofNanos(System.nanoTime() - began).toSeconds());
            results.add(result);
            if (!result.violations().isEmpty()) {
                result.violations().stream().limit(5).forEach(violation -> System.out.println("  " + violation));
                broken.add(Boolean.getBoolean("faults.shrink") ? shrunk(result) : plan.toString());
                if (Boolean.getBoolean("faults.first")) {
                    break;
                }
            }
        }
        System.out.println(summary(results));
        String before =
                VersionBefore.commit().map(commit -> "--before " + commit + " ").orElse("");
        broken.forEach(plan -> System.out.println("repeat: ./scripts/check-faults " + before + "'" + plan + "'"));
        assertThat(broken).isEmpty();
    }

    private static Plan plan(String name, long seed) {
        Plan plan = Plans.named(name, seed);
        return VersionBefore.commit().isPresent() ? plan.withOlderMember() : plan;
    }

    private static String shrunk(RoundResult result) {
        Set<Promise> broken = promises(result);
        Path kept = folder(Long.toString(result.plan().seed()));
        System.out.println("  its history: " + kept.resolve("history.txt") + "; smaller rounds follow");
        Shrinker shrinker = new Shrinker(smaller -> {
            RoundResult again = run(smaller, result.plan().seed() + "-smaller", PATIENCE);
            System.out.println("  smaller: " + again);
            return promises(again);
        });
        return shrinker.shrink(result.plan(), broken).toString();
    }

    private static Set<Promise> promises(RoundResult result) {
        return result.violations().stream().map(Violation::promise).collect(Collectors.toSet());
    }

    private static String summary(List<RoundResult> results) {
        Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
        results.stream()
                .flatMap(result -> result.plan().steps().stream())
                .flatMap(step -> step.faults().stream())
                .forEach(injection -> faults.merge(injection.fault(), 1, Integer::sum));
        return "all " + results.size() + " rounds: " + faults + "; "
                + sum(results, RoundResult::operations) + " operations, "
                + sum(results, RoundResult::unknown) + " unknown, "
                + sum(results, RoundResult::events) + " events for "
                + sum(results, RoundResult::watchers) + " watchers, slowest read "
                + most(results, RoundResult::slowestReadMillis) + " ms, slowest write "
                + most(results, RoundResult::slowestWriteMillis) + " ms, equal after at most "
                + most(results, result -> result.equalAfter().toMillis()) + " ms, "
                + results.stream()
                        .filter(result -> !result.violations().isEmpty())
                        .count()
                + " rounds with violations";
    }

    private static long sum(List<RoundResult> results, ToLongFunction<RoundResult> figure) {
        return results.stream().mapToLong(figure).sum();
    }

    private static long most(List<RoundResult> results, ToLongFunction<RoundResult> figure) {
        return results.stream().mapToLong(figure).max().orElse(0);
    }

    private static Path folder(String name) {
        return Path.of("target", "faults", name).toAbsolutePath();
    }

    private static RoundResult run(Plan plan, String name, int patience) {
        // The files of an earlier run would bring back what this one never knew.
        Path dir = folder(name);
        Commands.run("rm", "-rf", dir.toString());
        try {
            Files.createDirectories(dir);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        try {
            return Round.run(plan, dir, patience);
        } catch (RuntimeException | AssertionError failed) {
            // A round that cannot go on, because a member does not start for example, is a failed one.
            failed.printStackTrace(System.out);
            return RoundResult.ended(plan, failed);
        }
    }
}
