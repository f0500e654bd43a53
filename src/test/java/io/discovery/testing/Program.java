package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A program with its arguments and its environment. A test starts it in the background or runs it to its end.
 *
 * @param command the program and its arguments
 * @param environment all of its variables
 */
public record Program(List<String> command, Map<String, String> environment) {

    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Describes a program with the environment of this process. */
    public static Program of(List<String> command) {
        return new Program(command, System.getenv());
    }

    public static Program of(String... command) {
        return of(List.of(command));
    }

    /** Describes a tool of the JDK that runs this process: {@code java}, {@code jcmd}. */
    public static Program ofJdk(String tool, String... arguments) {
        return of(Stream.concat(Stream.of(jdk(tool)), Stream.of(arguments)).toList());
    }

    /** Returns the path of a tool of the JDK that runs this process. */
    public static String jdk(String tool) {
        return Path.of(System.getProperty("java.home"), "bin", tool).toString();
    }

    /** Adds variables. */
    public Program with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new Program(command, all);
    }

    /** Replaces all variables. */
    public Program withOnly(Map<String, String> variables) {
        return new Program(command, variables);
    }

    /**
     * Starts the program in the background; its output and its errors go to its log.
     *
     * @param name names the program in failures, with its article: "a member"
     */
    public ExternalProcess start(String name) {
        return start(name, log -> builder().redirectErrorStream(true).redirectOutput(log.toFile()));
    }

    /** Starts the program in the background; the test reads its output and writes its input, its errors are its log. */
    public ExternalProcess startPiped(String name) {
        return start(name, log -> builder().redirectError(log.toFile()));
    }

    private static ExternalProcess start(String name, Redirection redirection) {
        try {
            Path log = Files.createTempFile("discovery-", ".log");
            log.toFile().deleteOnExit();
            return new ExternalProcess(name, redirection.to(log).start(), log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private interface Redirection {
        ProcessBuilder to(Path log);
    }

    /**
     * Runs the program to its end, without input.
     *
     * @throws AssertionError if it still runs after this time; it is killed then
     */
    public ProgramRun run(Duration patience) {
        try {
            Path output = Files.createTempFile("discovery-", ".out");
            Path errors = Files.createTempFile("discovery-", ".err");
            try {
                return run(patience, output, errors);
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private ProgramRun run(Duration patience, Path output, Path errors) throws IOException {
        Process started = builder()
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        String name = String.join(" ", command);
        try (ExternalProcess process = new ExternalProcess(name, started, errors)) {
            started.getOutputStream().close();
            int exitCode = process.awaitExit(patience);
            return new ProgramRun(name, exitCode, ExternalProcess.text(output), process.log());
        }
    }

    private ProcessBuilder builder() {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }
}
