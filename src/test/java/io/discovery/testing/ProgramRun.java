package io.discovery.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run of a program that has ended by itself.
 *
 * @param command the program with its arguments
 * @param output what it wrote to its standard output
 * @param errors what it wrote to its standard error
 */
public record ProgramRun(String command, int exitCode, String output, String errors) {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Runs the built jar with this environment and no other variable. */
    public static ProgramRun of(Map<String, String> environment, String... arguments) {
        String[] all = Stream.concat(
                        Stream.of("-jar", Path.of("target", "discovery.jar").toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return Program.ofJdk("java", all).withOnly(environment).run(PATIENCE);
    }

    /**
     * Returns this run.
     *
     * @throws AssertionError if the exit code is not 0
     */
    public ProgramRun succeeded() {
        if (exitCode != 0) {
            throw new AssertionError(command + " ended with exit code " + exitCode + ": " + output + errors);
        }
        return this;
    }
}
