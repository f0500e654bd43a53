package io.discovery.faults;

import java.time.Duration;
import java.util.Random;

/**
 * A fault to be done.
 *
 * @param victim the member it is done to, where it is done to one
 * @param other another member, where it takes two
 * @param time how long it lasts, where that is not its own affair
 */
record Injection(Fault fault, int victim, int other, Duration time) {

    Injection {
        if (victim == other) {
            throw new IllegalArgumentException("victim and other are both " + victim);
        }
    }

    /** Any two of so many members; both shorter and longer than it takes to declare a silent member dead. */
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
