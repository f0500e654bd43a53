package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A real load balancer before the members of a cluster, with the file of {@code cluster-config} as it is shipped. */
public final class LoadBalancer implements AutoCloseable {

    /** The addresses in the files: its own, and those of the members. */
    private static final int SHIPPED_PORT = 8090;

    private static final int SHIPPED_FIRST_MEMBER = 8081;

    private static final Path SHIPPED_HAPROXY = Path.of("cluster-config", "haproxy.cfg");
    private static final String SYSTEMS_DNS = "parse-resolv-conf";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;
    private final Path log;
    private final int port;

    private LoadBalancer(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /** HAProxy takes the addresses from its environment. */
    public static LoadBalancer haproxy(TestCluster cluster) {
        return haproxy(SHIPPED_HAPROXY, cluster, n -> "127.0.0.1");
    }

    /**
     * HAProxy before members that are names, which it asks of this server of DNS: the system's is replaced in a copy.
     *
     * @param names of the members, in order
     */
    public static LoadBalancer haproxy(TestCluster cluster, List<String> names, int dnsPort, Path dir) {
        try {
            String shipped = Files.readString(SHIPPED_HAPROXY);
            assertThat(shipped).containsOnlyOnce(SYSTEMS_DNS);
            Path file = Files.writeString(
                    dir.resolve("haproxy.cfg"), shipped.replace(SYSTEMS_DNS, "nameserver here 127.0.0.1:" + dnsPort));
            return haproxy(file, cluster, names::get);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static LoadBalancer haproxy(Path file, TestCluster cluster, IntFunction<String> hosts) {
        int port = Ports.free(1).get(0);
        Map<String, String> environment = new HashMap<>();
        environment.put("LISTEN", "127.0.0.1:" + port);
        for (int n = 0; n < cluster.size(); n++) {
            environment.put(
                    "MEMBER_" + (n + 1),
                    hosts.apply(n) + ":" + cluster.member(n).port());
        }
        return start(List.of(path("haproxy"), "-db", "-f", file.toString()), environment, port);
    }

    /** nginx reads no environment: here the addresses are replaced in a copy, in a folder where it writes too. */
    public static LoadBalancer nginx(TestCluster cluster, Path dir) {
        int port = Ports.free(1).get(0);
        try {
            String shipped = Files.readString(Path.of("cluster-config", "nginx.conf"));
            String here = shipped.replace(":" + SHIPPED_PORT + ";", ":" + port + ";");
            for (int n = 0; n < cluster.size(); n++) {
                here = here.replace(
                        ":" + (SHIPPED_FIRST_MEMBER + n) + " ",
                        ":" + cluster.member(n).port() + " ");
            }
            Path file = Files.writeString(dir.resolve("nginx.conf"), here);
            return start(nginx(dir, file, "-g", "daemon off;"), Map.of(), port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The command that runs nginx in a folder. */
    public static List<String> nginx(Path dir, Path file, String... more) {
        return Stream.concat(
                        Stream.of(
                                path("nginx"),
                                "-e",
                                "stderr",
                                "-p",
                                dir.toString(),
                                "-c",
                                file.toAbsolutePath().toString()),
                        Stream.of(more))
                .toList();
    }

    private static String path(String program) {
        return Tools.require(program).toString();
    }

    private static LoadBalancer start(List<String> command, Map<String, String> environment, int port) {
        try {
            Path log = Files.createTempFile("discovery-balancer", ".log");
            log.toFile().deleteOnExit();
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            LoadBalancer balancer = new LoadBalancer(builder.start(), log, port);
            balancer.awaitReady();
            return balancer;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitReady() {
        TestClient client = new TestClient(port);
        await().alias("a load balancer that answers; its log: " + log)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !process.isAlive() || client.answers("/health/ready"));
        // Its file is fine, another test sees to that: here it may not run, or is another version.
        if (!process.isAlive()) {
            Tools.skip("the load balancer cannot start here: " + log());
        }
    }

    public int port() {
        return port;
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** SIGTERM, upon which both end at once; SIGKILL would leave the workers of nginx behind. */
    @Override
    public void close() {
        process.destroy();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the load balancer ended")
                    .isTrue();
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
