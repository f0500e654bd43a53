package io.discovery.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The command line, from its jar, with the heap that its launcher gives it. Immutable. */
public record CommandLineProgram(Map<String, String> environment) {

    private static final Path JAR = Path.of("target", "discovery-cli.jar").toAbsolutePath();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    public CommandLineProgram {
        Map<String, String> all = new HashMap<>(environment);
        // The characters of arguments, and of what the test reads.
        all.putIfAbsent("LC_ALL", "C.UTF-8");
        environment = Map.copyOf(all);
    }

    /** Returns the program as it asks members on these ports of this machine, one after the other. */
    public static CommandLineProgram at(int... ports) {
        List<String> endpoints = new ArrayList<>();
        for (int port : ports) {
            endpoints.add("http://127.0.0.1:" + port);
        }
        return new CommandLineProgram(Map.of("DISCOVERY_ENDPOINTS", String.join(",", endpoints)));
    }

    public CommandLineProgram with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new CommandLineProgram(more);
    }

    /** Runs a command to its end. */
    public ProgramRun run(String... arguments) {
        return program(arguments).run(PATIENCE);
    }

    /** Describes a command, for those that go on. */
    public Program program(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Program.jdk("java"), "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return new Program(command, environment);
    }
}
