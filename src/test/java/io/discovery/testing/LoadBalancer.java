package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A real load balancer before the members of a cluster, with the file of {@code cluster-config} as it is shipped. */
public final class LoadBalancer implements AutoCloseable {

    /** The ports in the files: of the load balancer and of the first member. */
    private static final int SHIPPED_PORT = 8090;

    private static final int SHIPPED_FIRST_MEMBER = 8081;

    private static final Path SHIPPED_HAPROXY = Path.of("cluster-config", "haproxy.cfg");
    private static final Path SHIPPED_FOR_TLS = Path.of("cluster-config", "haproxy-tls.cfg");
    private static final String SYSTEMS_DNS = "parse-resolv-conf";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExternalProcess process;
    private final int port;

    private LoadBalancer(ExternalProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts HAProxy, which takes the addresses from its environment. */
    public static LoadBalancer haproxy(TestCluster cluster) {
        return haproxy(SHIPPED_HAPROXY, cluster, n -> "127.0.0.1");
    }

    /**
     * Starts HAProxy before members elsewhere.
     *
     * @param members their addresses with their ports
     */
    public static LoadBalancer haproxy(List<String> members) {
        return haproxy(SHIPPED_HAPROXY, members);
    }

    /**
     * Starts HAProxy before members that it finds by names. A copy of its file names this server of DNS instead of that
     * of the system.
     *
     * @param names the names of the members, in order
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

    /**
     * Starts HAProxy that passes TLS through to the members.
     *
     * @param more variables: CHECK_PEM, HEALTH
     * @param isReady whether clients are served at this port
     */
    public static LoadBalancer haproxyForTls(TestCluster cluster, Map<String, String> more, IntPredicate isReady) {
        int port = Ports.free(1).get(0);
        Map<String, String> environment = haproxyVariables(addresses(cluster, n -> "127.0.0.1"), port);
        environment.putAll(more);
        return start(haproxyCommand(SHIPPED_FOR_TLS), environment, port, isReady);
    }

    private static LoadBalancer haproxy(Path file, TestCluster cluster, IntFunction<String> hosts) {
        return haproxy(file, addresses(cluster, hosts));
    }

    private static List<String> addresses(TestCluster cluster, IntFunction<String> hosts) {
        return IntStream.range(0, cluster.size())
                .mapToObj(n -> hosts.apply(n) + ":" + cluster.member(n).port())
                .toList();
    }

    private static LoadBalancer haproxy(Path file, List<String> members) {
        int port = Ports.free(1).get(0);
        return start(haproxyCommand(file), haproxyVariables(members, port), port);
    }

    private static List<String> haproxyCommand(Path file) {
        return List.of(path("haproxy"), "-db", "-f", file.toString());
    }

    private static Map<String, String> haproxyVariables(List<String> members, int port) {
        Map<String, String> environment = new HashMap<>();
        environment.put("LISTEN", "127.0.0.1:" + port);
        for (int n = 0; n < members.size(); n++) {
            environment.put("MEMBER_" + (n + 1), members.get(n));
        }
        return environment;
    }

    /**
     * Starts nginx, which reads no environment: a copy of its file has the addresses, in a folder that nginx writes to.
     */
    public static LoadBalancer nginx(TestCluster cluster, Path dir) {
        return nginx(
                IntStream.range(0, cluster.size())
                        .mapToObj(n -> cluster.member(n).port())
                        .toList(),
                dir);
    }

    /** Starts nginx before members at these ports. */
    public static LoadBalancer nginx(List<Integer> members, Path dir) {
        int port = Ports.free(1).get(0);
        try {
            String shipped = Files.readString(Path.of("cluster-config", "nginx.conf"));
            String here = shipped.replace(":" + SHIPPED_PORT + ";", ":" + port + ";");
            for (int n = 0; n < members.size(); n++) {
                here = here.replace(":" + (SHIPPED_FIRST_MEMBER + n) + " ", ":" + members.get(n) + " ");
            }
            Path file = Files.writeString(dir.resolve("nginx.conf"), here);
            return start(nginx(dir, file, "-g", "daemon off;"), Map.of(), port);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns the command that runs nginx in a folder. */
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
        TestClient client = new TestClient(port);
        return start(command, environment, port, plain -> client.answers("/health/ready"));
    }

    private static LoadBalancer start(
            List<String> command, Map<String, String> environment, int port, IntPredicate isReady) {
        ExternalProcess process = Program.of(command).with(environment).start("the load balancer");
        // Another test checks the file. Here the program may not be allowed to run, or may be another version.
        if (!process.becomesReady(PATIENCE, () -> isReady.test(port))) {
            Tools.skip("the load balancer cannot start here: " + process.log());
        }
        return new LoadBalancer(process, port);
    }

    public int port() {
        return port;
    }

    public String log() {
        return process.log();
    }

    /** Sends SIGTERM, upon which both programs end at once: SIGKILL alone would leave the workers of nginx behind. */
    @Override
    public void close() {
        try (process) {
            process.stop();
        }
    }
}
