package io.discovery.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs that tests need and not every machine has; {@code scripts/test} installs them where it may. */
public final class Tools {

    private Tools() {}

    /** Finds a program; Debian keeps some out of the PATH of users other than root. */
    public static Optional<Path> find(String program) {
        return Stream.concat(
                        Pattern.compile(File.pathSeparator)
                                .splitAsStream(System.getenv().getOrDefault("PATH", "")),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Returns the path of a program. Without the program the test is skipped, aloud. */
    public static Path require(String program) {
        Optional<Path> found = find(program);
        if (found.isEmpty()) {
            skip(program + " is not installed, nothing is tested with it");
        }
        return found.orElseThrow();
    }

    /** Skips the test, aloud. */
    public static void skip(String why) {
        System.out.println("SKIPPED: " + why);
        assumeTrue(false, why);
    }
}
