package io.discovery.containers;

import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The engine that {@code docker} on the PATH speaks to. The commands are those that operators type. A library for tests
 * would add a client of the engine's API and containers of its own, which no engine without a registry has, for a dozen
 * commands.
 */
final class Docker {

    /** The image that scripts/check-containers has built. */
    static final String IMAGE = "discovery:checked";

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Docker() {}

    static ProgramRun run(List<String> arguments) {
        return Program.of(Stream.concat(Stream.of("docker"), arguments.stream()).toList())
                .run(PATIENCE);
    }

    /** Returns the output of a command, without the white space around it; fails unless it succeeds. */
    static String output(List<String> arguments) {
        return run(arguments).succeeded().output().strip();
    }

    static String output(String... arguments) {
        return output(List.of(arguments));
    }

    /**
     * Returns a property of a container, an image or a volume.
     *
     * @param format a template of Go's: {@code {{.State.Running}}}
     */
    static String inspect(String name, String format) {
        return output("inspect", "--format", format, name);
    }
}
