package io.discovery.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.registry.Divergence;
import io.discovery.registry.MissingMember;
import io.discovery.simulation.Simulation.Outcome;
import io.discovery.simulation.Violation.Promise;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Simulated histories, a few of them; many: {@code ./scripts/check-simulation}. */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class SimulationTest {

    private static final String LONG_FORM = "discovery.simulation.minutes";
    private static final int FEW = 80;
    private static final int MANY = 1_000;

    @Test
    void membersKeepTheirPromises() {
        Search search = new Search(new Wiring());

        Optional<Outcome> broken = search.from(1, histories -> histories == FEW);

        assertThat(broken.map(search::shrunk).map(SimulationTest::report)).isEmpty();
    }

    /** About a minute. */
    @Test
    @Tag("long")
    void membersKeepTheirPromisesInAThousandHistories() {
        Search search = new Search(new Wiring());

        Optional<Outcome> broken = search.from(FEW + 1, histories -> histories == MANY);

        say(search.histories() + " histories, " + search.events() + " events");
        assertThat(broken.map(search::shrunk).map(SimulationTest::report)).isEmpty();
    }

    /** In the history of this seed a member starts in a half of a split, and a host reports to it from the other half. */
    @Test
    void aMemberThatStartsDuringASplitIsToldWhoIsMissing() {
        long seed = 663;
        Wiring untold = new Wiring() {
            @Override
            List<MissingMember> missingElsewhere(List<MissingMember> told) {
                return List.of();
            }
        };

        assertThat(run(seed, untold).violation().map(Violation::promise)).contains(Promise.NO_LEASE_IS_SHORT);
        assertThat(run(seed).violation()).isEmpty();
    }

    /** In the history of this seed a change waits for its owner while the member stands still for 10 s. */
    @Test
    void aMemberThatWakesMakesNoChangeWhoseClientHasGone() {
        assertThat(run(3142).violation()).isEmpty();
    }

    /**
     * In the history of this seed a member takes a report just before it hears that others have gone, to which the host
     * had reported; the owner of the host is among them, and the next one makes the change.
     */
    @Test
    void aReportThatIsUnderWayAsMembersGoKeepsTheHostsWeightAndTags() {
        long seed = 1_795_927_807_727L;
        Wiring unasked = new Wiring() {
            @Override
            boolean mayOwnerLackRenewals(Divergence owner) {
                return false;
            }
        };

        assertThat(run(seed, unasked).violation().map(Violation::promise)).contains(Promise.NO_LEASE_IS_SHORT);
        assertThat(run(seed).violation()).isEmpty();
    }

    /** In the history of this seed a member begins to merge while it compares its copy with the map. */
    @Test
    void aComparisonThatAMergeOvertakesIsMadeAgain() {
        assertThat(run(1_796_000_011_484L).violation()).isEmpty();
    }

    /** In the history of this seed the only other copy of a report is a replica of the map, without owner and backup. */
    @Test
    void aReplicaAloneIsNoCopyWhenMembersDieAtOnce() {
        assertThat(run(1_796_000_014_816L).violation()).isEmpty();
    }

    /** In the history of this seed a wall clock is set back twice, while another machine's is ahead. */
    @Test
    void clocksStayWithinAMinuteOfEachOther() {
        assertThat(run(1_796_000_119_497L).violation()).isEmpty();
    }

    /** In the history of this seed three of five members die at once and start again apart from the two, which they do not meet. */
    @Test
    void membersThatHaveMetNoneOfTheOthersKnowNothingOfThem() {
        assertThat(run(1_796_000_159_370L).violation()).isEmpty();
    }

    @Test
    void aSeedGoesTheSameWayEachTime() {
        Outcome first = run(5);
        Outcome second = run(5);

        assertThat(second).isEqualTo(first);
        assertThat(first.story()).hasSizeGreaterThan(10);
        assertThat(run(6).story()).isNotEqualTo(first.story());
    }

    private static Outcome run(long seed) {
        return run(seed, new Wiring());
    }

    private static Outcome run(long seed, Wiring wiring) {
        try (Quiet quiet = new Quiet()) {
            quiet.start();
            return Simulation.run(Generator.history(seed), wiring);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = LONG_FORM, matches = ".+")
    void membersKeepTheirPromisesForLong() {
        long seed = Long.getLong("discovery.simulation.seed", 1);
        long begin = System.nanoTime();
        long end = begin + TimeUnit.MINUTES.toNanos(Long.getLong(LONG_FORM, 1));
        Search search = new Search(new Wiring());

        Optional<Outcome> broken = search.from(seed, histories -> System.nanoTime() - end > 0);

        say(figures(search, seed, System.nanoTime() - begin));
        Optional<String> report = broken.map(search::shrunk).map(SimulationTest::report);
        report.ifPresent(SimulationTest::say);
        assertThat(report).isEmpty();
    }

    private static String figures(Search search, long seed, long nanos) {
        double seconds = (double) nanos / TimeUnit.SECONDS.toNanos(1);
        return String.format(
                Locale.ROOT,
                "%d histories (seeds %d to %d), %d steps, %d events; %.0f histories and %.0f events a second",
                search.histories(),
                seed,
                seed + search.histories() - 1,
                search.steps(),
                search.events(),
                search.histories() / seconds,
                search.events() / seconds);
    }

    private static void say(String text) {
        text.lines().forEach(line -> System.out.println("simulation: " + line));
    }

    private static String report(Outcome broken) {
        List<String> story = broken.story();
        return "seed " + broken.history().seed() + ", "
                + broken.history().clocks().size() + " members, shrunk to "
                + broken.history().steps().size() + " steps:\n" + String.join("\n", story);
    }
}
