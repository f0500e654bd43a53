package io.discovery.simulation;

import java.util.List;

/**
 * All that decides a run: the same history goes the same way on every machine.
 *
 * @param seed of delays and losses
 * @param clocks the machines
 * @param steps in the order of their times
 */
record History(long seed, List<MachineClock> clocks, List<Step> steps) {

    /** The clock of a machine: how far it is off at first, and how fast it goes wrong. */
    record MachineClock(long offsetMillis, long driftPartsPerMillion) {

        static final MachineClock RIGHT = new MachineClock(0, 0);
    }

    History {
        clocks = List.copyOf(clocks);
        steps = List.copyOf(steps);
    }

    History withSteps(List<Step> others) {
        return new History(seed, clocks, others);
    }

    History withClocks(List<MachineClock> others) {
        return new History(seed, others, steps);
    }
}
