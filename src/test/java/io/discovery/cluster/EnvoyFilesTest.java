package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.Envoy;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Envoy itself finds no fault with the files that operators hand to it. */
final class EnvoyFilesTest {

    private static final Path ENVOY_FILES = Path.of("cluster-config", "envoy");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static List<Path> envoyFiles() throws IOException {
        try (Stream<Path> files = Files.list(ENVOY_FILES)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("envoyFiles")
    void envoyTakesItsFile(Path file) {
        Path program = Envoy.require(EnvoyFilesTest.class);
        ProgramRun run = Program.of(
                        program.toString(), "--mode", "validate", "--log-level", "warning", "-c", file.toString())
                .run(PATIENCE)
                .succeeded();

        // Envoy would warn of a deprecated field here.
        assertThat(run.output() + run.errors()).isEqualToIgnoringNewLines("configuration '" + file + "' OK");
    }

    @ParameterizedTest
    @MethodSource("envoyFiles")
    void envoysFilesNameTheMembersOfTheScripts(Path file) throws IOException {
        assertThat(Files.readString(file))
                .contains("envoy -c " + file, "port_value: 8080", "port_value: 8081", "port_value: 8082", "8083");
    }
}
