package io.discovery.fuzz;

import java.util.List;
import java.util.function.Supplier;

/**
 * A parser of bytes from outside, and the properties that it has for all bytes. Targets hold no state between inputs,
 * so that an input alone reproduces what it found.
 */
public interface FuzzTarget {

    /** Returns inputs that the parser accepts, or nearly so: others are made of them. */
    List<byte[]> seeds();

    /**
     * Parses an input and checks the properties. The target catches what the parser declares; anything else that is
     * thrown is a finding.
     */
    void read(byte[] input) throws Exception;

    /** Returns the maximum length of an input, in bytes: a little more than the parser's own limits need. */
    default int longest() {
        return 4_096;
    }

    /** Returns the maximum of bytes that the parser and the checks may allocate for an input of a length. */
    default long mostAllocated(int length) {
        return 500_000 + 1_000L * length;
    }

    /**
     * Checks a property.
     *
     * @throws AssertionError with the message if it does not hold
     */
    static void require(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get());
        }
    }

    /** Checks that two results are equal. */
    static void requireEqual(Object actual, Object expected, String what) {
        require(actual.equals(expected), () -> what + ": " + actual + ", expected " + expected);
    }
}
