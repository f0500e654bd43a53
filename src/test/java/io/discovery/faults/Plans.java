package io.discovery.faults;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The plans that {@code ./scripts/check-faults} knows by name. */
final class Plans {

    private static final Duration SHORT_LEASE = Duration.ofSeconds(12);
    private static final String ENCRYPTED = "/TLS";

    private Plans() {}

    /**
     * Returns the plan of a kind with a seed; a plan of some faults, one after the other, or at once, which are named with
     * their backend: {@code CUT_OFF,KILL_ALL/FILE}, {@code KILL+TABLE_OVERLOAD/TABLE}; or a plan that is written out.
     *
     * <p>{@code /TLS} behind any of them puts TLS between the members.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    static Plan named(String name, long seed) {
        if (name.endsWith(ENCRYPTED)) {
            return named(name.substring(0, name.length() - ENCRYPTED.length()), seed)
                    .encrypted();
        }
        // Each member in turn: the oldest, which has the clock and the member list, matters most.
        int victim = (int) (seed % 3);
        int other = (victim + 1) % 3;
        return switch (name) {
            case "mixed" -> Plan.draw(seed);
            case "upgrade" -> Plan.drawUpgrade(seed);
            case "frozen" -> alone(seed, new Injection(Fault.FREEZE, victim, other, Duration.ofSeconds(20)));
            case "split" ->
                alone(seed, new Injection(Fault.SPLIT_ALL, victim, other, Duration.ofSeconds(8 + seed % 8)));
            case "cut-off" -> alone(seed, new Injection(Fault.CUT_OFF, victim, other, Duration.ofSeconds(30)));
            default -> name.contains("=") ? Plan.parse(name) : ofFaults(name, seed);
        };
    }

    private static Plan ofFaults(String name, long seed) {
        Random random = new Random(seed);
        String[] parts = name.split("/");
        Backend backend = parts.length == 1 ? Backend.MEMORY : constant(Backend.class, parts[1]);
        List<List<Fault>> faults = Arrays.stream(parts[0].split(","))
                .map(step -> Arrays.stream(step.split("\\+"))
                        .map(fault -> constant(Fault.class, fault))
                        .toList())
                .toList();
        boolean hasHalves = faults.stream().anyMatch(step -> step.contains(Fault.HALVES));
        int members = hasHalves ? Plan.MEMBERS_OF_HALVES : Plan.BALANCED_MEMBERS;
        Step[] steps = faults.stream()
                .map(step -> step.stream()
                        .map(fault -> Injection.of(fault, members, random))
                        .toList())
                .map(step -> new Step(step, true))
                .toArray(Step[]::new);
        Plan plan = Plan.of(seed, backend, steps).withMembers(members);
        // Hosts that report all the time are back before members answer, whatever the deaths of all have taken.
        boolean losesAll = plan.has(Fault.KILL_ALL) || plan.has(Fault.POWER_FAILURE);
        return losesAll ? plan : plan.withLease(SHORT_LEASE);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "plan: given '" + name + "', expected one of " + Arrays.toString(type.getEnumConstants())));
    }

    private static Plan alone(long seed, Injection fault) {
        return Plan.of(seed, Backend.MEMORY, Step.of(fault));
    }
}
