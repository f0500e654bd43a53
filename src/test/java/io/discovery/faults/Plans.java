package io.discovery.faults;

import java.time.Duration;

/** The kinds of plans that {@code ./scripts/check-faults} knows by name. */
final class Plans {

    private Plans() {}

    /**
     * Returns the plan of a kind with a seed, or a plan that is written out.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Plan named(String name, long seed) {
        // Each member in turn: the oldest, which has the clock and the member list, matters most.
        int victim = (int) (seed % 3);
        int other = (victim + 1) % 3;
        return switch (name) {
            case "mixed" -> Plan.draw(seed);
            case "frozen" -> alone(seed, new Injection(Fault.FREEZE, victim, other, Duration.ofSeconds(20)));
            case "split" ->
                alone(seed, new Injection(Fault.SPLIT_ALL, victim, other, Duration.ofSeconds(8 + seed % 8)));
            case "cut-off" -> alone(seed, new Injection(Fault.CUT_OFF, victim, other, Duration.ofSeconds(30)));
            default -> Plan.parse(name);
        };
    }

    private static Plan alone(long seed, Injection fault) {
        return Plan.of(seed, Backend.MEMORY, Step.of(fault));
    }
}
