package io.discovery.containers;

import static org.awaitility.Awaitility.await;

import io.discovery.testing.Ports;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;

/** A member in a container of its own, at a port of 127.0.0.1. {@link #close} removes the container, not its volume. */
final class Container implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HTTP_PORT = "8080";

    private final String id;
    private final int port;
    private final TestClient client;

    private Container(String id, int port) {
        this.id = id;
        this.port = port;
        this.client = new TestClient(port);
    }

    /**
     * Starts a member that keeps its registrations in a file, and does not wait for it.
     *
     * @param network the one that it joins
     * @param options of {@code docker run}
     */
    static Container launch(String network, List<String> options) {
        int port = Ports.free(1).get(0);
        List<String> command = new ArrayList<>(List.of("run", "--detach", "--network", network));
        command.addAll(List.of("--publish", "127.0.0.1:" + port + ":" + HTTP_PORT));
        command.addAll(List.of("--env", "BACKEND_STORAGE=InFile"));
        command.addAll(options);
        command.add(Docker.IMAGE);
        return new Container(Docker.output(command), port);
    }

    /** Starts a member and waits until it answers reads. */
    static Container start(String network, List<String> options) {
        return launch(network, options).awaitReady();
    }

    Container awaitReady() {
        try {
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> client.answers("/health/ready"));
            return this;
        } catch (ConditionTimeoutException late) {
            throw new AssertionError("the member is not ready: " + log(), late);
        }
    }

    int port() {
        return port;
    }

    TestClient client() {
        return client;
    }

    String log() {
        ProgramRun logs = Docker.run(List.of("logs", "--tail", "50", id));
        return logs.output() + logs.errors();
    }

    String inspect(String format) {
        return Docker.inspect(id, format);
    }

    boolean isRunning() {
        return inspect("{{.State.Running}}").equals("true");
    }

    /** Runs a command in the container. */
    ProgramRun exec(String... command) {
        List<String> all = new ArrayList<>(List.of("exec", id));
        all.addAll(List.of(command));
        return Docker.run(all);
    }

    /** Returns the value of a line of /proc/1/status: of the member's process. */
    String status(String name) {
        return exec("cat", "/proc/1/status")
                .succeeded()
                .output()
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    long residentMegabytes() {
        return Long.parseLong(status("VmRSS").replaceAll("[^0-9]", "")) / 1024;
    }

    /** Stops the member in order, with a minute to end, and returns its exit code. */
    int stop() {
        Docker.output("stop", "--time", "60", id);
        return Integer.parseInt(inspect("{{.State.ExitCode}}"));
    }

    void kill() {
        Docker.output("kill", id);
    }

    /** Starts the container again after it has ended. */
    Container startAgain() {
        Docker.output("start", id);
        return awaitReady();
    }

    @Override
    public void close() {
        Docker.output("rm", "--force", "--volumes", id);
    }
}
