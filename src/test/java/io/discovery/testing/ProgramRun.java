package io.discovery.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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

    /** Runs the built jar as a member in memory, on a free port of 127.0.0.1, with these variables besides. */
    public static ProgramRun ofMember(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(
                Map.of("BACKEND_STORAGE", "InMemory", "HOST", "127.0.0.1", "PORT", "0", "STATSD_PORT", "0"));
        environment.putAll(more);
        return of(environment);
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
