package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A real member in a process of its own, from the built jar. Whatever happens, {@link #close} ends it. A test that
 * fails finds its log by {@link #log}.
 */
public final class MemberProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target", "discovery.jar").toAbsolutePath();
    /** Tests start many and run none for long: a simpler compiler and collector leave the processors to others. */
    private static final List<String> FAST_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final int port;
    private final TestClient client;

    /**
     * Where a member runs.
     *
     * @param command what its command line begins with, to run it elsewhere than here
     * @param address where it serves HTTP
     */
    public record Place(List<String> command, String address) {
        public static final Place HERE = new Place(List.of(), "127.0.0.1");

        public Place {
            command = List.copyOf(command);
        }
    }

    private MemberProcess(Process process, Path log, TestClient client, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.client = client;
    }

    /**
     * Starts a member and does not wait for it. It serves 127.0.0.1 on a free port, in memory, unless the environment
     * says otherwise; nothing of this process's environment reaches it.
     *
     * @param javaOptions before {@code -jar}
     */
    public static MemberProcess launch(Map<String, String> environment, String... javaOptions) {
        return launch(Place.HERE, environment, javaOptions);
    }

    /** {@link #launch(Map, String...)} somewhere else. */
    public static MemberProcess launch(Place place, Map<String, String> environment, String... javaOptions) {
        List<String> options = new ArrayList<>(DefaultOptions.ALL);
        options.addAll(List.of(javaOptions));
        return launch(place, options, environment);
    }

    /** With these options of Java's, and no others. */
    static MemberProcess launchWith(List<String> javaOptions, Map<String, String> environment) {
        return launch(Place.HERE, javaOptions, environment);
    }

    /** In a class of their own, because to make the archive takes a member. */
    private static final class DefaultOptions {
        static final List<String> ALL =
                Boolean.getBoolean("discovery.measure") ? List.of() : ClassArchive.options(JAR, FAST_START);
    }

    private static MemberProcess launch(Place place, List<String> javaOptions, Map<String, String> environment) {
        List<String> command = new ArrayList<>(place.command());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx512m");
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", JAR.toString()));
        try {
            Path log = Files.createTempFile("discovery-member", ".log");
            log.toFile().deleteOnExit();
            int port = Integer.parseInt(environment.getOrDefault("PORT", "0"));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            Map<String, String> variables = builder.environment();
            variables.clear();
            variables.putAll(Map.of(
                    "HOST",
                    place.address(),
                    "BACKEND_STORAGE",
                    "InMemory",
                    "STATSD_PORT",
                    "0",
                    "SHUTDOWN_DELAY_SECONDS",
                    "0"));
            variables.putAll(environment);
            port = port == 0 ? Ports.free(1).get(0) : port;
            variables.put("PORT", Integer.toString(port));
            return new MemberProcess(builder.start(), log, new TestClient(place.address(), port), port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Starts a member and waits until it answers reads. */
    public static MemberProcess start(Map<String, String> environment, String... javaOptions) {
        return launch(environment, javaOptions).awaitReady();
    }

    public MemberProcess awaitReady() {
        await().alias("a member that answers reads; its log: " + log)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !process.isAlive() || client.answers("/health/ready"));
        if (!process.isAlive()) {
            throw new AssertionError("the member ended with " + process.exitValue() + ": " + log());
        }
        return this;
    }

    /**
     * Asks a starting member once. True if it shows all; false if it refuses to answer, which must be nobody listening
     * or 503 with Retry-After.
     *
     * @throws AssertionError if it shows less than all, or has ended
     */
    public boolean showsAllOrNothing(String service, Set<String> all) {
        if (!process.isAlive()) {
            throw new AssertionError("the member ended with " + process.exitValue() + ": " + log());
        }
        HttpResponse<String> answer;
        try {
            answer = client.get("/v1/registration/" + service);
        } catch (UncheckedIOException notListening) {
            return false;
        }
        if (answer.statusCode() == 503) {
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            return false;
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TestClient.hostsOf(answer.body())).containsAll(all);
        return true;
    }

    public TestClient client() {
        return client;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** kill -9. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** kill -9, without waiting for the end. */
    public void killNow() {
        process.destroyForcibly();
    }

    /** SIGSTOP: it stands still, as on a machine that swaps. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(kill.exitValue()).isZero();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** SIGTERM; the exit code when it has ended. */
    public int stop() {
        stopNow();
        return awaitExit();
    }

    /** SIGTERM, without waiting for the end. */
    public void stopNow() {
        process.destroy();
    }

    /** The exit code when it has ended by itself. */
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the member still runs after " + PATIENCE + ": " + log());
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit();
    }
}
