package io.discovery.containers;

import static org.awaitility.Awaitility.await;

import io.discovery.testing.Ports;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The containers of docker-compose.cluster.yml in a project of their own, at ports of their own. {@link #close} removes
 * them with their volumes.
 */
final class Compose implements AutoCloseable {

    static final int MEMBERS = 3;

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Path SHIPPED = Path.of("docker-compose.cluster.yml");
    private static final Pattern NAME_OF_PROJECT = Pattern.compile("(?m)^name:.*\\R");

    private final String project = "discovery-check-" + UUID.randomUUID();
    private final List<Integer> ports = Ports.free(MEMBERS + 1);
    private final List<String> command = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();

    /**
     * Describes the containers and starts none.
     *
     * @param dir for a copy of the file: version 1 of Compose knows no name of a project in it
     * @param more files above it
     */
    Compose(Path dir, Map<String, String> variables, Path... more) {
        command.addAll(List.of(
                System.getProperty("discovery.compose", "docker compose").split(" ", -1)));
        command.addAll(List.of("--project-name", project, "--project-directory", "."));
        command.addAll(List.of("--file", withoutName(dir).toString()));
        for (Path file : more) {
            command.addAll(List.of("--file", file.toString()));
        }
        environment.putAll(variables);
        environment.put("DISCOVERY_IMAGE", Docker.IMAGE);
        environment.put("DISCOVERY_PORT", Integer.toString(port()));
        for (int n = 1; n <= MEMBERS; n++) {
            environment.put("DISCOVERY_PORT_" + n, Integer.toString(memberPort(n)));
        }
    }

    private static Path withoutName(Path dir) {
        try {
            String shipped = Files.readString(SHIPPED);
            return Files.writeString(
                    dir.resolve(SHIPPED.getFileName()),
                    NAME_OF_PROJECT.matcher(shipped).replaceFirst(""));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private ProgramRun compose(String... arguments) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        return Program.of(all).with(environment).run(PATIENCE).succeeded();
    }

    /** Starts what does not run, and waits until all containers are healthy. */
    void up() {
        compose("up", "--detach", "--no-build");
        awaitHealthy();
    }

    /** Removes the containers; volumes with names stay. */
    void down() {
        compose("down");
    }

    /** Restarts a service in order: {@code discovery1}, {@code haproxy}. */
    void restart(String service) {
        compose("restart", service);
        awaitHealthy();
    }

    void awaitHealthy() {
        await().alias("healthy containers of " + project)
                .atMost(PATIENCE)
                .until(() -> containers("health=healthy").size() == MEMBERS + 1);
    }

    private List<String> containers(String filter) {
        String label = "label=com.docker.compose.project=" + project;
        return Docker.output("ps", "--quiet", "--filter", label, "--filter", filter)
                .lines()
                .toList();
    }

    /** Returns the container of a service. */
    String container(String service) {
        return compose("ps", "--quiet", service).output().strip();
    }

    /** Returns the types of the mounts of a service's container. */
    List<String> mounts(String service) {
        return Docker.inspect(container(service), "{{range .Mounts}}{{println .Type}}{{end}}")
                .lines()
                .filter(type -> !type.isBlank())
                .toList();
    }

    /** Returns the port of HAProxy. */
    int port() {
        return ports.get(0);
    }

    int memberPort(int n) {
        return ports.get(n);
    }

    TestClient client() {
        return new TestClient(port());
    }

    TestClient client(int member) {
        return clientAt(memberPort(member));
    }

    /** Returns a client without TLS. */
    static TestClient clientAt(int port) {
        return new TestClient(port);
    }

    /** Waits until each member sees all, and all copies are where they belong. */
    void awaitWhole() {
        awaitHealthy();
        await().alias("one cluster of " + MEMBERS)
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> IntStream.rangeClosed(1, MEMBERS).allMatch(n -> sees(client(n), MEMBERS)));
    }

    /** Waits until a member sees this number of members. */
    void awaitSeen(int member, int members) {
        await().alias(members + " members")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> membersSeen(client(member).get("/v1/cluster").body()) == members);
    }

    private static boolean sees(TestClient client, int members) {
        String cluster = client.get("/v1/cluster").body();
        return membersSeen(cluster) == members && cluster.contains("\"partitions_safe\": true");
    }

    /** Returns the number of members in an answer of /v1/cluster. */
    static int membersSeen(String cluster) {
        return cluster.split("\"self\"", -1).length - 1;
    }

    String log() {
        return compose("logs", "--tail", "100").output();
    }

    @Override
    public void close() {
        compose("down", "--volumes", "--timeout", "1");
    }
}
