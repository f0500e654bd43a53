package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.testing.MemberProcess;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PlanTest {

    private static final List<Plan> PLANS =
            LongStream.range(0, 2_000).mapToObj(Plan::draw).toList();

    @Test
    void aPlanIsReadAsItWasWritten() {
        assertThat(PLANS)
                .allSatisfy(plan -> assertThat(Plan.parse(plan.toString())).isEqualTo(plan));
    }

    @Test
    void aTextThatIsNoPlanIsRefusedWithWhatWasGiven() {
        assertThatThrownBy(() -> Plan.parse("seed=1,mixed"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("given 'mixed'");
        assertThatThrownBy(() -> Plan.parse("members=3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no seed");
    }

    @Test
    void aPlanWithoutWorkForAClientIsRefused() {
        String plan = Plan.draw(1).toString().replaceFirst("clients=\\d+", "clients=64");

        assertThatThrownBy(() -> Plan.parse(plan))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("clients=64")
                .hasMessageContaining("try a client more or less");
    }

    @Test
    void faultsAreNamedWithTheirBackend() {
        Plan plan = Plans.named("CUT_OFF,KILL_ALL/FILE", 7);

        assertThat(plan.backend()).isEqualTo(Backend.FILE);
        assertThat(plan.steps())
                .extracting(step -> step.faults().get(0).fault())
                .containsExactly(Fault.CUT_OFF, Fault.KILL_ALL);
        assertThat(plan.hasShortLeases()).isFalse();
        assertThat(Plans.named("KILL+TABLE_OVERLOAD/TABLE", 7).steps())
                .singleElement()
                .satisfies(step -> assertThat(step.faults())
                        .extracting(Injection::fault)
                        .containsExactly(Fault.KILL, Fault.TABLE_OVERLOAD));
        assertThat(Plans.named("RESTART/MEMORY", 7).hasShortLeases()).isTrue();
        assertThatThrownBy(() -> Plans.named("CUT_OF", 7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("given 'CUT_OF'")
                .hasMessageContaining("CUT_OFF");
    }

    @Test
    void tlsGoesWithEachKind() {
        Plan plain = Plans.named("KILL/FILE", 7);
        Plan encrypted = Plans.named("KILL/FILE/TLS", 7);

        assertThat(encrypted).hasToString(plain.toString().replace("tls=off", "tls=on"));
        assertThat(Plans.named("frozen/TLS", 7).surroundings().isEncrypted()).isTrue();
    }

    @Test
    void oneMemberIsOfTheVersionBeforeFromTheFirstStepOn() {
        Plan plain = Plan.draw(7);
        Plan mixed = plain.withOlderMember();

        assertThat(mixed.steps())
                .hasSize(plain.steps().size() + 1)
                .endsWith(plain.steps().toArray(Step[]::new));
        assertThat(mixed.steps().get(0).faults())
                .singleElement()
                .extracting(Injection::fault)
                .isEqualTo(Fault.DOWNGRADE);
        assertThat(mixed.program()).isEqualTo(MemberProcess.JAR);
        assertThat(mixed.withOlderMember()).isEqualTo(mixed);
        assertThat(Plan.drawUpgrade(7).withOlderMember()).isEqualTo(Plan.drawUpgrade(7));
        assertThat(LongStream.range(0, 3)
                        .mapToObj(seed -> Plans.named("frozen", seed).withOlderMember())
                        .map(plan -> plan.steps().get(0).faults().get(0).victim()))
                .containsExactly(0, 1, 2);
    }

    @Test
    void aSeedDecides() {
        assertThat(Plan.draw(17)).isEqualTo(Plan.draw(17)).isNotEqualTo(Plan.draw(18));
    }

    @Test
    void allFaultsThatThisMachineCanHaveAreDrawn() {
        Set<Fault> possible = EnumSet.noneOf(Fault.class);
        List.of(Backend.values()).forEach(backend -> possible.addAll(backend.faults()));

        assertThat(PLANS.stream()
                        .flatMap(plan -> plan.steps().stream())
                        .flatMap(step -> step.faults().stream())
                        .map(Injection::fault)
                        .collect(Collectors.toSet()))
                .isEqualTo(possible);
    }

    /** A change that a member acknowledged alone has no backup, so no promise covers its death. */
    @Test
    void noMemberLosesItsMemoryBeforeTheHalvesOfASplitAreEqual() {
        assertThat(PLANS).allSatisfy(plan -> {
            List<Step> steps = plan.steps();
            for (int n = 1; n < steps.size(); n++) {
                assertThat(steps.get(n).losesMemory()
                                && steps.get(n - 1).maySplit()
                                && !steps.get(n - 1).settles())
                        .isFalse();
            }
        });
    }

    @Test
    void aSmallerPlanHasLessOfSomething() {
        Plan plan = Plan.of(
                1,
                Backend.FILE,
                new Step(
                        List.of(
                                new Injection(Fault.KILL, 0, 1, Duration.ZERO),
                                new Injection(Fault.FULL_DISK, 1, 2, Duration.ofSeconds(2))),
                        true));

        assertThat(Shrinker.smaller(plan))
                .extracting(smaller -> smaller.steps().size() + " "
                        + smaller.steps().stream()
                                .mapToInt(step -> step.faults().size())
                                .sum()
                        + " " + smaller.size().clients() + " " + smaller.size().services())
                .containsExactly("0 0 8 40", "1 1 8 40", "1 1 8 40", "1 2 4 40", "1 2 8 20");
    }
}
