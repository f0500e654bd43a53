package io.discovery.bench;

import io.discovery.testing.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** Programs of this package in processes of their own, with a member's libraries, heap and rights. */
final class JavaProgram {

    private static final Path JAR = Path.of("target", "discovery.jar");
    private static final int LEAST_PARALLELISM = 2;

    private JavaProgram() {}

    /**
     * A class of this package as a program.
     *
     * @param environment in place of this process's
     */
    static Program of(Class<?> program, Map<String, String> environment, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Program.jdk("java"), "-Xmx512m"));
        command.addAll(rights());
        command.addAll(List.of(
                // As the program sets it.
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism="
                        + Math.max(LEAST_PARALLELISM, Runtime.getRuntime().availableProcessors() - 1),
                "-cp",
                Path.of("target", "test-classes") + File.pathSeparator + JAR,
                program.getName()));
        command.addAll(arguments);
        return new Program(command, environment);
    }

    /** Returns the options for the rights that the manifest grants to {@code -jar}. */
    private static List<String> rights() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            return Stream.of("Add-Exports", "Add-Opens")
                    .flatMap(right -> Stream.of(manifest.getValue(right).split(" ", -1))
                            .map(of -> "--" + right.toLowerCase(Locale.ROOT) + "=" + of + "=ALL-UNNAMED"))
                    .toList();
        }
    }
}
