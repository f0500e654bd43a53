package io.discovery.faults;

import io.discovery.history.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The search for a smaller plan that breaks the same promise: fewer faults, fewer clients, nothing beside them. Rounds
 * do not repeat exactly, so each smaller plan gets some tries.
 */
final class Shrinker {

    private static final int TRIES = 2;
    private static final int MOST_ROUNDS = 40;
    private static final int FEWEST_CLIENTS = 2;
    private static final int FEWEST_SERVICES = 8;

    private final Function<Plan, Set<Promise>> round;
    private int rounds;

    /** @param round runs a plan and returns the promises that were broken */
    Shrinker(Function<Plan, Set<Promise>> round) {
        this.round = round;
    }

    /** Returns the smallest plan found that breaks one of these promises. */
    Plan shrink(Plan plan, Set<Promise> broken) {
        Plan smallest = plan;
        for (boolean goesOn = true; goesOn && rounds < MOST_ROUNDS; ) {
            goesOn = false;
            for (Plan smaller : smaller(smallest)) {
                if (breaks(smaller, broken)) {
                    smallest = smaller;
                    goesOn = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private boolean breaks(Plan plan, Set<Promise> broken) {
        for (int n = 0; n < TRIES && rounds < MOST_ROUNDS; n++) {
            rounds++;
            if (round.apply(plan).stream().anyMatch(broken::contains)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the plans that are a little smaller, the smallest first. */
    static List<Plan> smaller(Plan plan) {
        List<Plan> smaller = new ArrayList<>();
        for (int n = 0; n < plan.steps().size(); n++) {
            List<Step> fewer = new ArrayList<>(plan.steps());
            fewer.remove(n);
            smaller.add(plan.withSteps(fewer));
        }
        for (int n = 0; n < plan.steps().size(); n++) {
            Step step = plan.steps().get(n);
            for (int each = 0; step.faults().size() > 1 && each < step.faults().size(); each++) {
                List<Injection> fewer = new ArrayList<>(step.faults());
                fewer.remove(each);
                List<Step> steps = new ArrayList<>(plan.steps());
                steps.set(n, new Step(fewer, step.settles()));
                smaller.add(plan.withSteps(steps));
            }
        }
        if (!plan.plain().equals(plan)) {
            smaller.add(plan.plain());
        }
        Workload.Size size = plan.size();
        List<Workload.Size> sizes = new ArrayList<>();
        if (size.clients() > FEWEST_CLIENTS) {
            sizes.add(new Workload.Size(size.services(), size.hostsPerService(), size.clients() / 2));
        }
        if (size.services() > FEWEST_SERVICES) {
            sizes.add(new Workload.Size(size.services() / 2, size.hostsPerService(), size.clients()));
        }
        sizes.stream().filter(Workload.Size::isWorkable).map(plan::withSize).forEach(smaller::add);
        return smaller;
    }
}
