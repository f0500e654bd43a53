package io.discovery.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.discovery.testing.Program;
import io.discovery.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Programs and files that {@code scripts/clients} gets by Go. Without them tests are skipped, aloud. */
final class GoTools {

    private static final Set<String> MISSING = ConcurrentHashMap.newKeySet();

    private GoTools() {}

    /** Describes a call of a program: that of scripts/clients, or one on the PATH. */
    static Program of(String name, String... arguments) {
        Path built = Path.of("target", "clients", name, name).toAbsolutePath();
        Path program = Files.isExecutable(built)
                ? built
                : Tools.find(name).orElseGet(() -> {
                    skip(name);
                    throw new AssertionError(name);
                });
        return Program.of(Stream.concat(Stream.of(program.toString()), Stream.of(arguments))
                .toList());
    }

    /** Skips a test, with one line for all that miss the same. */
    static void skip(String missing) {
        String why = "there is no " + missing + ", nothing is tested with it: see scripts/clients, which needs Go";
        if (MISSING.add(missing)) {
            Tools.skip(why);
        }
        assumeTrue(false, why);
    }
}
