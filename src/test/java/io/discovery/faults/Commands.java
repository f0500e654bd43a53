package io.discovery.faults;

import io.discovery.testing.Program;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/** Short programs of the system. */
final class Commands {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Commands() {}

    /**
     * Runs a command and returns what it prints.
     *
     * @throws AssertionError if it fails, with what it printed
     */
    static String run(String... command) {
        return run(List.of(command));
    }

    static String run(List<String> command) {
        return Program.of(command).run(PATIENCE).succeeded().output();
    }

    /** Returns true if the program exists and ends with 0. */
    static boolean works(String... command) {
        try {
            run(command);
            return true;
        } catch (UncheckedIOException | AssertionError no) {
            return false;
        }
    }
}
