package io.discovery.simulation;

import io.discovery.simulation.History.MachineClock;
import io.discovery.simulation.Simulation.Outcome;
import io.discovery.simulation.Violation.Promise;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The search for a short history that breaks the same promise: steps are removed, many at once and then one by one
 * (delta debugging), then clocks are set right and pauses made shorter.
 */
final class Shrinker {

    private static final int MOST_RUNS = 600;
    private static final List<UnaryOperator<Long>> SHORTER =
            List.of(gap -> 0L, gap -> gap / 2, gap -> gap / 1_000 * 1_000, gap -> gap / 100 * 100);

    private final Wiring wiring;
    private final Promise promise;
    private Outcome best;
    private int runs;

    private Shrinker(Outcome broken, Promise promise, Wiring wiring) {
        this.best = broken;
        this.promise = promise;
        this.wiring = wiring;
    }

    /** Returns the shortest run found; the same one if it breaks no promise. */
    static Outcome shrink(Outcome broken, Wiring wiring) {
        return broken.violation()
                .map(violation -> new Shrinker(broken, violation.promise(), wiring).shortest())
                .orElse(broken);
    }

    private Outcome shortest() {
        int steps;
        do {
            steps = best.history().steps().size();
            removeSteps();
            setClocksRight();
            shortenGaps();
        } while (best.history().steps().size() < steps);
        return best;
    }

    private void removeSteps() {
        for (int chunk = Math.max(1, best.history().steps().size() / 2); chunk > 0; chunk /= 2) {
            // From the end: what follows a violation matters least.
            for (int to = best.history().steps().size(); to > 0; to -= chunk) {
                List<Step> left = new ArrayList<>(best.history().steps());
                left.subList(Math.max(0, Math.min(left.size(), to) - chunk), Math.min(left.size(), to))
                        .clear();
                tryOut(best.history().withSteps(left));
            }
        }
    }

    private void setClocksRight() {
        int machines = best.history().clocks().size();
        tryOut(best.history().withClocks(Collections.nCopies(machines, MachineClock.RIGHT)));
        for (int machine = 0; machine < machines; machine++) {
            List<MachineClock> clocks = new ArrayList<>(best.history().clocks());
            clocks.set(machine, MachineClock.RIGHT);
            tryOut(best.history().withClocks(clocks));
        }
    }

    private void shortenGaps() {
        for (int step = 0; step < best.history().steps().size(); step++) {
            for (UnaryOperator<Long> shorter : SHORTER) {
                List<Step> steps = best.history().steps();
                long before = step == 0 ? 0 : steps.get(step - 1).millis();
                long gap = steps.get(step).millis() - before;
                tryOut(best.history().withSteps(moved(steps, step, shorter.apply(gap) - gap)));
            }
        }
    }

    private static List<Step> moved(List<Step> steps, int from, long millis) {
        List<Step> moved = new ArrayList<>(steps.subList(0, from));
        steps.subList(from, steps.size()).forEach(step -> moved.add(new Step(step.millis() + millis, step.action())));
        return moved;
    }

    /** Keeps a history if it breaks the promise too. */
    private void tryOut(History candidate) {
        if (candidate.equals(best.history()) || runs++ >= MOST_RUNS) {
            return;
        }
        Outcome outcome = Simulation.run(candidate, wiring);
        if (outcome.violation()
                .filter(violation -> violation.promise() == promise)
                .isPresent()) {
            best = outcome;
        }
    }
}
