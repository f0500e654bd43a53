package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.config.InvalidSettingsException;
import io.discovery.config.Settings;
import io.discovery.model.Lease;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.registry.StorageBackendProvider;
import io.discovery.testing.SourceJar;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The backends that a member finds, with plug-ins in real jars. */
class BackendsTest {

    private static final ClassLoader PROGRAM = Backends.class.getClassLoader();
    private static final List<String> BUILT_IN =
            Backends.find(Map.of("BACKEND_STORAGE", "InMemory")).names().known();
    private static final String WORKING = "return new Rows(surroundings.environment().get(\"ROWS_URL\"));";

    @TempDir
    private Path dir;

    private Path plugins;

    @BeforeEach
    void folder() {
        plugins = dir.resolve("plugins");
    }

    @Test
    void aPluginInTheFolderIsKnownByItsName() {
        plugin("Rows", "Rows", WORKING).write(plugins.resolve("rows.jar"));

        assertThat(find("Rows").names().known())
                .containsAll(BUILT_IN)
                .endsWith("Rows")
                .hasSize(BUILT_IN.size() + 1);
        assertThat(open("Rows").description()).isEqualTo("rows at rows://there");
    }

    @Test
    void aPluginOnTheClassPathIsKnownByItsName() throws IOException {
        Path jar = plugin("Rows", "Rows", WORKING).write(dir.resolve("elsewhere.jar"));

        try (URLClassLoader classPath =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, PROGRAM)) {
            assertThat(Backends.find(environment("Rows"), classPath).names().known())
                    .contains("Rows");
        }
    }

    @Test
    void aPluginFindsWhatLiesBesideIt() {
        Path driver = SourceJar.against(List.of())
                .source(
                        "acme.Driver",
                        "package acme; public class Driver { public static String at() { return \"!\"; } }")
                .write(plugins.resolve("driver.jar"));
        provider("Rows", "Rows", "return new Rows(acme.Driver.at());", List.of(driver))
                .write(plugins.resolve("a-plugin.jar"));

        assertThat(open("Rows").description()).isEqualTo("rows at !");
    }

    @ParameterizedTest
    @ValueSource(strings = {"InMemory", "InFile"})
    void nothingIsLookedAtForWhatIsBuiltIn(String builtIn) throws IOException {
        writeBroken();

        Backends backends = find(builtIn);

        assertThat(backends.names().known()).isEqualTo(BUILT_IN).contains(builtIn);
        assertThat(backends.names().searched()).isEmpty();
        assertThat(backends.names().faults()).isEmpty();
    }

    @Test
    void anUnknownNameIsToldAllThatThereAre() {
        plugin("Rows", "Rows", WORKING).write(plugins.resolve("b.jar"));
        plugin("Lines", "Lines", WORKING.replace("Rows(", "Lines(")).write(plugins.resolve("a.jar"));

        assertThat(faults("rows"))
                .containsExactly(
                        "BACKEND_STORAGE: given 'rows', expected " + String.join(" or ", BUILT_IN) + " or Lines or Rows"
                                + " (plug-ins were looked for on the class path and in " + plugins + ": a.jar, b.jar)");
    }

    @Test
    void anUnknownNameIsToldWhereThereCouldHaveBeenMore() throws IOException {
        String expected = "BACKEND_STORAGE: given 'Rows', expected " + String.join(" or ", BUILT_IN)
                + " (plug-ins were looked for on the class path and in " + plugins + ": ";

        assertThat(faults("Rows")).containsExactly(expected + "no such folder)");

        Files.createDirectory(plugins);
        Files.writeString(plugins.resolve("rows.zip"), "");
        assertThat(faults("Rows")).containsExactly(expected + "no jars)");
    }

    @Test
    void aFaultOfAPluginIsToldWithTheOtherWrongSettings() throws IOException {
        writeBroken();
        Map<String, String> environment = environment("Rows");
        environment.put("PORT", "http");
        Backends backends = Backends.find(environment);

        assertThatThrownBy(() -> Settings.from(environment, backends.names()))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContainingAll("PORT: given 'http'", "given 'Rows'", "broken.jar cannot be opened");
    }

    @Test
    void aBrokenJarIsNamed() throws IOException {
        writeBroken();

        assertThat(faults("Rows"))
                .contains("BACKEND_STORAGE: " + plugins.resolve("broken.jar")
                        + " cannot be opened (zip END header not found); put a whole jar there or take it away");
    }

    @Test
    void aFolderThatIsNoneIsNamed() throws IOException {
        Files.writeString(plugins, "");

        assertThat(faults("Rows"))
                .anyMatch(fault -> fault.startsWith("BACKEND_STORAGE: " + plugins + " cannot be read ("))
                .anyMatch(fault -> fault.endsWith("it must be a folder that this process may read"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acme.Missing | cannot be loaded | acme.Missing not found",
                "acme.Garbage | cannot be loaded | ClassFormatError",
                "acme.NoProvider | cannot be loaded | acme.NoProvider not a subtype",
                "not a class | cannot be loaded | Illegal configuration-file syntax",
                "acme.Throwing | cannot be used | IllegalStateException: no luck",
                "acme.Initializing | cannot be used | ExceptionInInitializerError",
                "acme.Nameless | cannot be used | UnsupportedOperationException: no name"
            })
    void aProviderThatCannotBeLoadedIsNamedWithItsJar(String provider, String what, String why) {
        Path jar = SourceJar.against(List.of(SourceJar.placeOf(StorageBackendProvider.class)))
                .source(
                        "acme.Throwing",
                        faulty("Throwing", "{ if (true) throw new IllegalStateException(\"no luck\"); }"))
                .source("acme.Initializing", faulty("Initializing", "static int n = 1 / Integer.parseInt(\"0\");"))
                .source("acme.Nameless", faulty("Nameless", ""))
                .source("acme.NoProvider", "package acme; public class NoProvider {}")
                .entry("acme/Garbage.class", "no class")
                .service(StorageBackendProvider.class, provider)
                .write(plugins.resolve("faulty.jar"));

        assertThat(faults("Rows"))
                .hasSize(2)
                .last()
                .asString()
                .contains(jar.toString(), what, why)
                .endsWith("; repair it or take it away");
    }

    /** A provider without a name. */
    private static String faulty(String type, String member) {
        return """
                package acme;
                import io.discovery.registry.*;
                public final class %s implements StorageBackendProvider {
                    %s
                    public String name() { throw new UnsupportedOperationException("no name"); }
                    public StorageBackend create(Surroundings surroundings) { return null; }
                }
                """.formatted(type, member);
    }

    /** A new version whose old one was left there, above all. */
    @Test
    void twoOfOneNameAreNamedAndNeitherIsUsed() {
        plugin("Rows", "Rows", WORKING).write(plugins.resolve("rows-1.jar"));
        plugin("Rows", "Rows", WORKING).write(plugins.resolve("rows-2.jar"));

        assertThat(faults("Rows"))
                .contains("BACKEND_STORAGE: 2 plug-ins are named 'Rows': acme.RowsProvider in "
                        + plugins.resolve("rows-1.jar") + ", acme.RowsProvider in " + plugins.resolve("rows-2.jar")
                        + "; take all but one away");
    }

    @Test
    void aPluginCannotTakeTheNameOfABuiltIn() {
        plugin("Rows", "InFile", WORKING).write(plugins.resolve("rows.jar"));

        assertThat(faults("Rows"))
                .contains("BACKEND_STORAGE: the plug-in acme.RowsProvider in " + plugins.resolve("rows.jar")
                        + " is named 'InFile', as what is built in; its author must give it another name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " Rows"})
    void aPluginNeedsANameThatCanBeGiven(String name) {
        plugin("Rows", name, WORKING).write(plugins.resolve("rows.jar"));

        assertThat(faults("Rows"))
                .last()
                .asString()
                .contains("rows.jar is named '" + name + "'; its author must give it a name, without spaces around it");
    }

    @Test
    void whatIsBrokenBesideTheChosenOneStopsNothing() throws IOException {
        writeBroken();
        plugin("Lines", "Lines", WORKING.replace("Rows(", "Lines(")).write(plugins.resolve("lines-1.jar"));
        plugin("Lines", "Lines", WORKING.replace("Rows(", "Lines(")).write(plugins.resolve("lines-2.jar"));
        plugin("Rows", "Rows", WORKING).write(plugins.resolve("rows.jar"));

        assertThat(open("Rows").description()).isEqualTo("rows at rows://there");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "return null; | create returned null",
                "throw new IllegalStateException(\"no luck\"); | java.lang.IllegalStateException: no luck",
                "throw new NoClassDefFoundError(\"acme/Driver\"); | java.lang.NoClassDefFoundError: acme/Driver"
            })
    void aPluginThatThrowsIsNamedWithItsJar(String create, String why) {
        Path jar = plugin("Rows", "Rows", create).write(plugins.resolve("rows.jar"));

        assertThatThrownBy(() -> open("Rows"))
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageStartingWith("the plug-in acme.RowsProvider in " + jar + " failed: ")
                .hasMessageContaining(why);
    }

    @Test
    void whatAPluginSaysItselfIsPassedOn() {
        plugin("Rows", "Rows", "throw new StorageBackend.UnusableBackendException(\"ROWS_URL is not set\");")
                .write(plugins.resolve("rows.jar"));

        assertThatThrownBy(() -> open("Rows"))
                .isInstanceOf(UnusableBackendException.class)
                .hasMessage("ROWS_URL is not set");
    }

    @Test
    void aBackendThatDoesNotOpenIsClosed() {
        Path jar = plugin("Rows", "Rows", "return new Rows(null);").write(plugins.resolve("rows.jar"));

        assertThatThrownBy(() -> open("Rows"))
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageStartingWith("the plug-in acme.RowsProvider in " + jar + " failed: ")
                .rootCause()
                .satisfies(cause -> assertThat(cause.getSuppressed())
                        .singleElement()
                        .asString()
                        .contains("closed"));
    }

    private void writeBroken() throws IOException {
        Files.createDirectories(plugins);
        Files.writeString(plugins.resolve("broken.jar"), "no jar");
    }

    private static SourceJar plugin(String type, String name, String create) {
        return provider(type, name, create, List.of());
    }

    /** A backend {@code acme.TYPE} that opens if it was given a place, and its provider. */
    private static SourceJar provider(String type, String name, String create, List<Path> more) {
        List<Path> classPath = new ArrayList<>(more);
        classPath.add(SourceJar.placeOf(StorageBackendProvider.class));
        return SourceJar.against(classPath)
                .source("acme." + type + "Provider", """
                        package acme;
                        import io.discovery.registry.*;
                        public final class %sProvider implements StorageBackendProvider {
                            public String name() { return "%s"; }
                            public StorageBackend create(Surroundings surroundings) { %s }
                        }
                        """.formatted(type, name, create))
                .source("acme." + type, """
                        package acme;
                        import io.discovery.model.Registration;
                        import io.discovery.registry.StorageBackend;
                        import java.util.Collection;
                        import java.util.function.Consumer;
                        final class %s implements StorageBackend {
                            private final String place;
                            %s(String place) { this.place = place; }
                            public Scope scope() { return Scope.SHARED; }
                            public String description() { return "rows at " + place; }
                            public void open() { place.length(); }
                            public void scan(Consumer<Registration> registrations) {}
                            public Written write(Collection<Write> writes) { return Written.ALL; }
                            public void close() { if (place == null) throw new IllegalStateException("closed"); }
                        }
                        """.formatted(type, type))
                .service(StorageBackendProvider.class, "acme." + type + "Provider");
    }

    private Backends find(String storage) {
        return Backends.find(environment(storage));
    }

    private StorageBackend open(String storage) {
        Backends backends = find(storage);
        return backends.open(
                        Settings.from(environment(storage), backends.names()),
                        new Retention(Lease.of(Duration.ofSeconds(10)), () -> 0, () -> 0))
                .orElseThrow();
    }

    private List<String> faults(String storage) {
        try {
            Settings.from(environment(storage), find(storage).names());
            return List.of();
        } catch (InvalidSettingsException invalid) {
            return invalid.faults();
        }
    }

    private Map<String, String> environment(String storage) {
        return new HashMap<>(
                Map.of("BACKEND_STORAGE", storage, "APPLICATION_DIR", dir.toString(), "ROWS_URL", "rows://there"));
    }
}
