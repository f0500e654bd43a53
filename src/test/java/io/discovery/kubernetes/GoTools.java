package io.discovery.kubernetes;

import io.discovery.testing.Program;
import io.discovery.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The programs that {@code scripts/clients} builds with Go. Without them tests are skipped, aloud. */
final class GoTools {

    private GoTools() {}

    /** Describes a call of a program: that of scripts/clients, or one on the PATH. */
    static Program of(String name, String... arguments) {
        Path built = Path.of("target", "clients", name, name).toAbsolutePath();
        Path program = Files.isExecutable(built)
                ? built
                : Tools.find(name).orElseGet(() -> {
                    Tools.skip("there is no " + name + ", nothing is tested with it: see scripts/clients");
                    throw new AssertionError("skipped");
                });
        return Program.of(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList());
    }
}
