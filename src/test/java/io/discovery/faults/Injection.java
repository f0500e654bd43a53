package io.discovery.faults;

import java.time.Duration;
import java.util.Random;

/**
 * A fault to inject.
 *
 * @param victim the member that has the fault, where one member has it
 * @param other another member, where the fault takes two
 * @param time the duration, where the fault does not decide on it
 */
record Injection(Fault fault, int victim, int other, Duration time) {

    Injection {
        if (victim == other) {
            throw new IllegalArgumentException("victim and other are both " + victim);
        }
    }

    /**
     * Returns an injection into any two members, shorter or longer than it takes to declare a silent member dead, which
     * is 4 to 5 s.
     */
    static Injection of(Fault fault, int members, Random random) {
        int victim = random.nextInt(members);
        int other = (victim + 1 + random.nextInt(members - 1)) % members;
        return new Injection(fault, victim, other, Duration.ofMillis(1_500 + random.nextInt(7_000)));
    }

    /** Reads what {@link #toString} writes. */
    static Injection parse(String text) {
        String[] parts = text.split(":");
        return new Injection(
                Fault.valueOf(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Duration.ofMillis(Long.parseLong(parts[3])));
    }

    @Override
    public String toString() {
        return fault + ":" + victim + ":" + other + ":" + time.toMillis();
    }
}
