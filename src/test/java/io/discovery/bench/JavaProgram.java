package io.discovery.bench;

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
     * How to start one.
     *
     * @param environment in place of this process's
     */
    static ProcessBuilder of(Class<?> program, Map<String, String> environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
        command.addAll(rights());
        command.addAll(List.of(
                // As the program sets it.
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism="
                        + Math.max(LEAST_PARALLELISM, Runtime.getRuntime().availableProcessors() - 1),
                "-cp",
                Path.of("target", "test-classes") + File.pathSeparator + JAR,
                program.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    /** What the manifest grants whoever is started by {@code -jar}. */
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
