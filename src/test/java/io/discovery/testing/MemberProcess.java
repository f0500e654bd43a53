package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A real member in a process of its own, from the built jar. {@link #close} ends it. A test that fails finds its log by
 * {@link #log}.
 */
public final class MemberProcess implements AutoCloseable {

    /** The program that was built. */
    public static final Path JAR = Path.of("target", "discovery.jar").toAbsolutePath();
    /**
     * The options of Java: tests start many members and run none for long, and a simpler compiler and collector leave
     * the processors to others.
     */
    private static final List<String> FAST_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ExternalProcess process;
    private final int port;
    private final TestClient client;

    /**
     * The place where a member runs.
     *
     * @param command the begin of its command line, to run it elsewhere than here
     * @param address the address at which it serves HTTP
     */
    public record Place(List<String> command, String address) {
        public static final Place HERE = new Place(List.of(), "127.0.0.1");

        public Place {
            command = List.copyOf(command);
        }
    }

    private MemberProcess(ExternalProcess process, TestClient client, int port) {
        this.process = process;
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

    /** Starts a member somewhere else and does not wait for it, as {@link #launch(Map, String...)} does here. */
    public static MemberProcess launch(Place place, Map<String, String> environment, String... javaOptions) {
        List<String> options = new ArrayList<>(DefaultOptions.ALL);
        options.addAll(List.of(javaOptions));
        return launch(place, JAR, options, environment);
    }

    /** Starts a member of another version of the program, and does not wait for it. */
    public static MemberProcess launch(Place place, Path jar, Map<String, String> environment) {
        List<String> options = jar.equals(JAR) ? DefaultOptions.ALL : ClassArchive.options(jar, FAST_START);
        return launch(place, jar, options, environment);
    }

    /** Starts a member with these options of Java alone, and does not wait for it. */
    public static MemberProcess launchWith(Path jar, List<String> javaOptions, Map<String, String> environment) {
        return launch(Place.HERE, jar, javaOptions, environment);
    }

    /**
     * The options of Java unless a test needs others. They have a class of their own because a member makes the
     * archive.
     */
    private static final class DefaultOptions {
        static final List<String> ALL =
                Boolean.getBoolean("discovery.measure") ? List.of() : ClassArchive.options(JAR, FAST_START);
    }

    private static MemberProcess launch(
            Place place, Path jar, List<String> javaOptions, Map<String, String> environment) {
        List<String> command = new ArrayList<>(place.command());
        command.add(Program.jdk("java"));
        command.add("-Xmx512m");
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toString()));
        Map<String, String> variables = new HashMap<>(Map.of(
                "HOST", place.address(),
                "BACKEND_STORAGE", "InMemory",
                "STATSD_PORT", "0",
                "SHUTDOWN_DELAY_SECONDS", "0",
                "PORT", "0"));
        variables.putAll(environment);
        int wanted = Integer.parseInt(variables.getOrDefault("PORT", "0"));
        int port = wanted == 0 ? Ports.free(1).get(0) : wanted;
        variables.put("PORT", Integer.toString(port));
        ExternalProcess process = new Program(command, variables).start("the member");
        int plain = Integer.parseInt(variables.getOrDefault("PLAIN_PORT", Integer.toString(port)));
        return new MemberProcess(process, new TestClient(place.address(), plain), port);
    }

    /** Starts a member and waits until it answers reads. */
    public static MemberProcess start(Map<String, String> environment, String... javaOptions) {
        return launch(environment, javaOptions).awaitReady();
    }

    /** Waits until the member answers reads. */
    public MemberProcess awaitReady() {
        process.awaitReady(PATIENCE, () -> client.answers("/health/ready"));
        return this;
    }

    /** Waits until the member answers reads; returns false if it has ended before. */
    public boolean becomesReady() {
        return process.becomesReady(PATIENCE, () -> client.answers("/health/ready"));
    }

    /**
     * Asks a starting member once. Returns true if it shows all, and false if it does not listen yet or answers 503
     * with Retry-After.
     *
     * @throws AssertionError if it shows less than all, or has ended
     */
    public boolean showsAllOrNothing(String service, Set<String> all) {
        process.assertAlive();
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

    /** Returns a client without TLS: at PLAIN_PORT, if there is one. */
    public TestClient client() {
        return client;
    }

    /** Returns PORT, where clients may have to speak TLS. */
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
        return process.log();
    }

    /** Sends SIGKILL and waits for the end. */
    public void kill() {
        process.kill();
    }

    /** Sends SIGKILL and does not wait for the end. */
    public void killNow() {
        process.killNow();
    }

    /** Sends SIGSTOP: the member stands still, as on a machine that swaps. */
    public void freeze() {
        process.signal("STOP");
    }

    /** Sends SIGCONT. */
    public void thaw() {
        process.signal("CONT");
    }

    /** Sends SIGTERM, waits for the end and returns the exit code. */
    public int stop() {
        return process.stop();
    }

    /** Sends SIGTERM and does not wait for the end. */
    public void stopNow() {
        process.terminate();
    }

    /** Waits until the member has ended by itself and returns the exit code. */
    public int awaitExit() {
        return process.awaitExit();
    }

    /** Has the member's Java do a command of {@code jcmd} and returns what it prints. */
    public String jcmd(String command) {
        return Program.ofJdk("jcmd", Long.toString(pid()), command)
                .run(PATIENCE)
                .succeeded()
                .output();
    }

    @Override
    public void close() {
        process.close();
    }
}
