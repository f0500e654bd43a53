package io.discovery.cli;

import io.discovery.cli.text.Failure;

/** Numbers that are given, and those that are expected. */
final class Ranges {

    private Ranges() {}

    /**
     * Checks a number.
     *
     * @throws Failure if it is less or more than that
     */
    static void require(String name, int given, int least, int most) {
        if (given < least || given > most) {
            throw Failure.usage(name + ": given " + given + ", expected " + least + " to " + most);
        }
    }
}
