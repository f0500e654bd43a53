package io.discovery.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.history.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShrinkerTest {

    private static final Injection KILL = new Injection(Fault.KILL, 0, 1, Duration.ZERO);
    private static final Injection FREEZE = new Injection(Fault.FREEZE, 1, 2, Duration.ofSeconds(2));
    private static final Injection CLOCK = new Injection(Fault.CLOCK, 1, 2, Duration.ofSeconds(2));
    private static final Plan LARGE = Plan.of(1, Backend.MEMORY, Step.of(FREEZE), new Step(List.of(KILL, CLOCK), true));

    @Test
    void onlyWhatBreaksThePromiseIsLeft() {
        Plan smallest = new Shrinker(plan -> plan.has(Fault.CLOCK) ? Set.of(Promise.WEIGHTS_STAY) : Set.of())
                .shrink(LARGE, Set.of(Promise.WEIGHTS_STAY));

        assertThat(smallest.steps()).containsExactly(new Step(List.of(CLOCK), true));
        assertThat(smallest.size()).isEqualTo(new Workload.Size(5, 8, 2));
    }

    /** A round without work for a client would break another promise, and look like a smaller one. */
    @Test
    void noPlanLeavesAClientWithoutWork() {
        Plan crowded = LARGE.withSize(new Workload.Size(40, 8, 60));

        assertThat(Shrinker.smaller(crowded)).allMatch(plan -> plan.size().isWorkable());
        assertThat(Shrinker.smaller(crowded.withSize(new Workload.Size(10, 8, 60))))
                .extracting(Plan::size)
                .doesNotContain(new Workload.Size(5, 8, 60));
    }

    @Test
    void aPlanThatBreaksAnotherPromiseIsNotTheSame() {
        Plan smallest =
                new Shrinker(plan -> Set.of(Promise.NOTHING_IS_MADE_UP)).shrink(LARGE, Set.of(Promise.WEIGHTS_STAY));

        assertThat(smallest).isEqualTo(LARGE);
    }
}
