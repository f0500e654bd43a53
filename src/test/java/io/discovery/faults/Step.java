package io.discovery.faults;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A part of a round: one fault, or two at once.
 *
 * @param settles whether the clients only read afterwards, until all members show the same
 */
record Step(List<Injection> faults, boolean settles) {

    private static final String SETTLES = "!";

    Step {
        faults = List.copyOf(faults);
    }

    static Step of(Injection fault) {
        return new Step(List.of(fault), false);
    }

    Step settling() {
        return new Step(faults, true);
    }

    boolean losesMemory() {
        return faults.stream().anyMatch(injection -> injection.fault().losesMemory());
    }

    /** Returns whether a member may know hosts from the table alone: all that know better are gone, or apart from it. */
    boolean mayLeaveTheTableAlone() {
        return maySplit() || faults.stream().anyMatch(injection -> injection.fault() == Fault.KILL_ALL);
    }

    boolean maySplit() {
        return faults.stream().anyMatch(injection -> injection.fault().maySplit());
    }

    /** Reads what {@link #toString} writes. */
    static Step parse(String text) {
        boolean settles = text.endsWith(SETTLES);
        String faults = settles ? text.substring(0, text.length() - 1) : text;
        return new Step(Arrays.stream(faults.split("\\+")).map(Injection::parse).toList(), settles);
    }

    @Override
    public String toString() {
        return faults.stream().map(Injection::toString).collect(Collectors.joining("+")) + (settles ? SETTLES : "");
    }
}
