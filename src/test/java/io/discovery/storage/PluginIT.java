package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import example.jdbc.JdbcProvider;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.process.ProgramVersion;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackendProvider;
import io.discovery.registry.StorageBackendProvider.Surroundings;
import io.discovery.testing.Markdown;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.SourceJar;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The steps of the author and the user of a plug-in: the example is compiled against the plain jar, packed, and put
 * into the folder of a real member.
 */
@Timeout(180)
class PluginIT {

    /** The version of the artifact as a page names it. */
    private static final Pattern VERSION =
            Pattern.compile("(?:<version>|discovery-)([0-9.]+(?:-SNAPSHOT)?)(?:</version>|(?:-contract)?\\.jar)");

    private static final Path EXAMPLE = Path.of("src", "test", "java", "example", "jdbc");

    @TempDir
    private Path dir;

    @Test
    void whatIsStoredByAPluginOutlivesTheMember() throws IOException {
        example().write(plugins().resolve("jdbc.jar"));
        Map<String, String> settings = settings("Jdbc");
        try (MemberProcess member = MemberProcess.start(settings)) {
            assertThat(member.log()).containsPattern("backend +Jdbc, the database of JDBC_URL \\(jdbc:sqlite\\)");
            member.client().register("kept", "127.1.0.1");
            member.client().register("kept", "127.1.0.2");
            member.client().delete("/v1/registration/kept/127.1.0.2");
            await().atMost(Duration.ofSeconds(30)).until(this::storedAreOneAndATombstone);
            member.kill();
        }

        try (MemberProcess again = MemberProcess.start(settings)) {
            assertThat(again.client().hosts("kept")).isEqualTo(Set.of("127.1.0.1"));
        }
    }

    private static long nowMicros() {
        return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    }

    private boolean storedAreOneAndATombstone() {
        Surroundings surroundings = new Surroundings(
                settings("Jdbc"),
                dir,
                "discovery",
                "ip",
                new Retention(Lease.of(Duration.ofMinutes(10)), PluginIT::nowMicros, () -> Long.MIN_VALUE));
        List<Boolean> tombstones = new ArrayList<>();
        try (StorageBackend database = new JdbcProvider().create(surroundings)) {
            database.scan((Registration row) -> tombstones.add(row.isTombstone()));
        } catch (BackendException locked) {
            return false;
        }
        return tombstones.size() == 2 && tombstones.contains(true) && tombstones.contains(false);
    }

    @Test
    void anUnknownNameIsRefusedWithThoseThereAre() throws IOException {
        example().write(plugins().resolve("jdbc.jar"));

        ProgramRun run = ProgramRun.of(settings("jdbc"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .startsWith("discovery: wrong settings, see --help\n  BACKEND_STORAGE: given 'jdbc', expected ")
                .endsWith(" or Jdbc (plug-ins were looked for on the class path and in " + plugins() + ": jdbc.jar)\n");
    }

    @Test
    void aBrokenJarIsNamed() throws IOException {
        Files.writeString(Files.createDirectories(plugins()).resolve("jdbc.jar"), "half a download");

        ProgramRun run = ProgramRun.of(settings("Jdbc"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .contains("  BACKEND_STORAGE: " + plugins().resolve("jdbc.jar") + " cannot be opened (")
                .contains("); put a whole jar there or take it away\n");
    }

    @Test
    void aPluginThatRefusesToWorkSaysWhy() throws IOException {
        example().write(plugins().resolve("jdbc.jar"));
        Map<String, String> settings = settings("Jdbc");
        settings.remove("JDBC_URL");

        ProgramRun run = ProgramRun.of(settings);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("discovery cannot start: JDBC_URL: given nothing, expected one such as ");
    }

    @Test
    void theContractsJarHoldsTheContractAndNothingElse() throws IOException {
        try (JarFile contract = new JarFile(built("-contract").toFile())) {
            assertThat(contract.stream()
                            .map(Object::toString)
                            .filter(name -> !name.endsWith("/") && !name.startsWith("META-INF/")))
                    .contains(
                            "io/discovery/registry/StorageBackendContract.class",
                            "io/discovery/registry/SharedBackendContract.class")
                    .allMatch(name -> name.matches("io/discovery/registry/(Storage|Shared)BackendContract[^/]*"));
        }
    }

    @Test
    void anAuthorRunsTheContractWithTheTwoJars() throws Exception {
        Path thin = built("");
        Path contract = built("-contract");
        Path test = SourceJar.against(
                        List.of(thin, contract, SourceJar.placeOf(Test.class), SourceJar.placeOf(Assertions.class)))
                .source("acme.ForgetfulTest", """
                        package acme;
                        import io.discovery.model.*;
                        import io.discovery.registry.*;
                        import java.util.Collection;
                        import java.util.function.*;
                        public class ForgetfulTest extends StorageBackendContract {
                            @Override
                            protected StorageBackend backend(Retention retention) {
                                return new StorageBackend() {
                                    public Scope scope() { return Scope.SHARED; }
                                    public String description() { return "nothing"; }
                                    public void open() {}
                                    public void scan(Consumer<Registration> registrations) {}
                                    public Written write(Collection<Write> writes) { return Written.ALL; }
                                    public void close() {}
                                };
                            }
                        }
                        """)
                .write(dir.resolve("test.jar"));

        URL[] jars = {url(thin), url(contract), url(test)};
        try (URLClassLoader author = new URLClassLoader(jars, new Libraries())) {
            Class<?> type = author.loadClass("acme.ForgetfulTest");
            Object instance = type.getConstructor().newInstance();

            assertThat(SourceJar.placeOf(type.getSuperclass())).isEqualTo(contract);
            contractOf(type, "aNewPlaceHoldsNothing").invoke(instance);
            assertThatThrownBy(() -> contractOf(type, "whatWasWrittenIsScannedAfterANewStart")
                            .invoke(instance))
                    .hasRootCauseInstanceOf(AssertionError.class);
        }
    }

    private static Method contractOf(Class<?> test, String name) throws NoSuchMethodException {
        Method method = test.getSuperclass().getDeclaredMethod(name);
        method.setAccessible(true);
        return method;
    }

    @Test
    void whatThePageShowsIsSo() throws IOException {
        Markdown page = Markdown.read("src/docs/plugins.md");
        String text = Files.readString(Path.of("src/docs/plugins.md"));

        assertThat(VERSION.matcher(text).results().map(version -> version.group(1)))
                .hasSize(4)
                .containsOnly(ProgramVersion.version());
        SourceJar jar = example(built("-contract"), SourceJar.placeOf(Test.class), SourceJar.placeOf(Assertions.class));
        page.blocks().stream()
                .filter(block -> block.language().equals("java"))
                .forEach(block -> jar.source("example.jdbc.ShortestTest", block.text()));
        assertThat(jar.write(dir.resolve("page.jar"))).isNotEmptyFile();
    }

    /** The libraries of this test, and nothing of ours. */
    private static final class Libraries extends ClassLoader {

        Libraries() {
            super(PluginIT.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.discovery.")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }

    /** The example's sources against what a plug-in has: the plain jar and Jackson. */
    private static SourceJar example(Path... more) throws IOException {
        List<Path> classPath = new ArrayList<>(List.of(more));
        classPath.add(built(""));
        for (Class<?> library : List.of(JsonFactory.class, ObjectMapper.class, JsonFormat.class, NullMarked.class)) {
            classPath.add(SourceJar.placeOf(library));
        }
        SourceJar jar = SourceJar.against(classPath);
        try (DirectoryStream<Path> sources = Files.newDirectoryStream(EXAMPLE, "*.java")) {
            for (Path source : sources) {
                String name = source.getFileName().toString().replace(".java", "");
                if (!name.endsWith("Test")) {
                    jar.source("example.jdbc." + name, Files.readString(source));
                }
            }
        }
        return jar.service(StorageBackendProvider.class, "example.jdbc.JdbcProvider");
    }

    /** A jar that the build has made. */
    private static Path built(String classifier) {
        return Path.of("target", "discovery-" + ProgramVersion.version() + classifier + ".jar")
                .toAbsolutePath();
    }

    private static URL url(Path jar) throws IOException {
        return jar.toUri().toURL();
    }

    private Path plugins() {
        return dir.resolve("plugins");
    }

    private Map<String, String> settings(String storage) {
        return new HashMap<>(Map.of(
                "BACKEND_STORAGE",
                storage,
                "APPLICATION_DIR",
                dir.toString(),
                "JDBC_URL",
                "jdbc:sqlite:" + dir.resolve("shared.db"),
                "STATSD_PORT",
                "0"));
    }
}
