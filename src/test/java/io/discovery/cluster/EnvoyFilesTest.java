package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Envoy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Envoy itself finds no fault with the files that operators hand to it. */
final class EnvoyFilesTest {

    private static final Path ENVOY_FILES = Path.of("cluster-config", "envoy");

    @TempDir
    private Path dir;

    static List<Path> envoyFiles() throws IOException {
        try (Stream<Path> files = Files.list(ENVOY_FILES)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("envoyFiles")
    void envoyTakesItsFile(Path file) throws Exception {
        Path program = Envoy.require(EnvoyFilesTest.class);
        Path output = dir.resolve("output");
        Process process = new ProcessBuilder(
                        program.toString(), "--mode", "validate", "--log-level", "warning", "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            // Nothing else: a field that is deprecated would be told of here.
            assertThat(output).hasContent("configuration '" + file + "' OK");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @MethodSource("envoyFiles")
    void envoysFilesNameTheMembersOfTheScripts(Path file) throws IOException {
        assertThat(Files.readString(file))
                .contains("envoy -c " + file, "port_value: 8080", "port_value: 8081", "port_value: 8082", "8083");
    }
}
