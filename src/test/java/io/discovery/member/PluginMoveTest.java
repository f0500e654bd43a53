package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.config.InvalidSettingsException;
import io.discovery.config.Settings;
import io.discovery.registry.StorageBackendProvider;
import io.discovery.testing.SourceJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backends that a member finds while its cluster moves: those of BACKEND_STORAGE and of BACKEND_STORAGE_BEFORE. */
class PluginMoveTest {

    @TempDir
    private Path dir;

    private Path plugins;

    @BeforeEach
    void plugin() {
        plugins = dir.resolve("plugins");
        SourceJar.against(List.of(SourceJar.placeOf(StorageBackendProvider.class)))
                .source("acme.RowsProvider", """
                        package acme;
                        import io.discovery.registry.*;
                        public final class RowsProvider implements StorageBackendProvider {
                            public String name() { return "Rows"; }
                            public StorageBackend create(Surroundings surroundings) { return null; }
                        }
                        """)
                .service(StorageBackendProvider.class, "acme.RowsProvider")
                .write(plugins.resolve("rows.jar"));
    }

    @Test
    void membersMoveFromAPluginToABuiltInBackendAndBack() {
        assertThat(settings("InFile", "Rows").backend())
                .returns("InFile", Settings.Backend::storage)
                .returns(Optional.of("Rows"), Settings.Backend::before);
        assertThat(settings("Rows", "InFile").backend())
                .returns("Rows", Settings.Backend::storage)
                .returns(Optional.of("InFile"), Settings.Backend::before);
    }

    @Test
    void anUnknownEarlierNameIsToldAllThatThereAre() {
        assertThat(faults("InFile", "rows"))
                .singleElement()
                .asString()
                .startsWith("BACKEND_STORAGE_BEFORE: given 'rows', expected ")
                .endsWith(" or Rows (plug-ins were looked for on the class path and in " + plugins + ": rows.jar)");
    }

    @Test
    void nothingIsLookedAtForAMoveBetweenBuiltInBackends() throws IOException {
        Files.writeString(plugins.resolve("broken.jar"), "no jar");

        Backends backends = Backends.find(environment("InFile", "InMemory"));

        assertThat(backends.names().searched()).isEmpty();
        assertThat(backends.names().faults()).isEmpty();
    }

    private Settings settings(String storage, String before) {
        Map<String, String> environment = environment(storage, before);
        return Settings.from(environment, Backends.find(environment).names());
    }

    private List<String> faults(String storage, String before) {
        try {
            settings(storage, before);
            return List.of();
        } catch (InvalidSettingsException invalid) {
            return invalid.faults();
        }
    }

    private Map<String, String> environment(String storage, String before) {
        return Map.of("BACKEND_STORAGE", storage, "BACKEND_STORAGE_BEFORE", before, "APPLICATION_DIR", dir.toString());
    }
}
