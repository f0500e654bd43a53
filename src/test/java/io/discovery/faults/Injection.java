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

    /** Returns an injection into any two members, shorter or longer than it takes to declare a silent member dead. */
    static Injection of(Fault fault, int members, Random random) {
        int victim = random.nextInt(members);
        int other = (victim + 1 + random.nextInt(members - 1)) % members;
        return new Injection(fault, victim, other, Duration.ofMillis(2_000 + random.nextInt(10_000)));
    }

    @Override
    public String toString() {
        return fault + "(" + victim + ", " + other + ", " + time.toMillis() + " ms)";
    }
}
