package io.discovery.simulation;

import io.discovery.simulation.Simulation.Outcome;
import java.util.Optional;
import java.util.function.LongPredicate;

/** A search for a history that breaks a promise, seed after seed. */
final class Search {

    private final Wiring wiring;
    private long histories;
    private long steps;
    private long events;

    Search(Wiring wiring) {
        this.wiring = wiring;
    }

    /**
     * Runs the histories of the seeds from {@code seed} on.
     *
     * @param isEnough whether so many histories are enough
     * @return the first that breaks a promise, as it is
     */
    Optional<Outcome> from(long seed, LongPredicate isEnough) {
        try (Quiet quiet = new Quiet()) {
            quiet.start();
            for (long next = seed; !isEnough.test(histories); next++) {
                Outcome outcome = run(next);
                histories++;
                steps += outcome.history().steps().size();
                events += outcome.events();
                if (outcome.violation().isPresent()) {
                    return Optional.of(outcome);
                }
            }
            return Optional.empty();
        }
    }

    private Outcome run(long seed) {
        try {
            return Simulation.run(Generator.history(seed), wiring);
        } catch (RuntimeException failed) {
            throw new IllegalStateException("the history of seed " + seed + " failed", failed);
        }
    }

    Outcome shrunk(Outcome broken) {
        try (Quiet quiet = new Quiet()) {
            quiet.start();
            return Shrinker.shrink(broken, wiring);
        }
    }

    long histories() {
        return histories;
    }

    long steps() {
        return steps;
    }

    long events() {
        return events;
    }
}
