package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpExchange;
import io.discovery.testing.LoadBalancer;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import io.discovery.testing.TestClient;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load balancers themselves find no fault with the files that operators hand to them. */
final class LoadBalancerFilesTest {

    private static final Path HAPROXY = Path.of("cluster-config", "haproxy.cfg");
    private static final Path HAPROXY_TLS = Path.of("cluster-config", "haproxy-tls.cfg");
    private static final Path NGINX = Path.of("cluster-config", "nginx.conf");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path dir;

    @Test
    void haproxyTakesItsFile() throws Exception {
        assertAccepted(List.of(haproxy(), "-c", "-f", HAPROXY.toString()), Map.of());
    }

    @Test
    void haproxyTakesItsFileForTls() {
        Issued checks = new TestAuthority(dir, "probes").issue("checks", Form.member());

        assertAccepted(List.of(haproxy(), "-c", "-f", HAPROXY_TLS.toString()), Map.of());
        assertAccepted(
                List.of(haproxy(), "-c", "-f", HAPROXY_TLS.toString()),
                Map.of("CHECK_PEM", checks.inOneFile().toString(), "HEALTH", "127.0.0.1:1"));
    }

    @Test
    void haproxyTakesItsFileWithTheNamesOfCompose() throws Exception {
        Map<String, String> environment = new HashMap<>();
        haproxyOfCompose()
                .path("environment")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));

        assertAccepted(List.of(haproxy(), "-c", "-f", HAPROXY.toString()), environment);
        assertThat(environment).containsOnlyKeys("LISTEN", "MEMBER_1", "MEMBER_2", "MEMBER_3");
        // Each variable that Compose sets is one that the file reads.
        assertThat(environment.keySet()).allMatch(name -> contains(HAPROXY, "\"${" + name + "}\""));
    }

    @Test
    void composeMountsTheFileThatIsHere() throws IOException {
        assertThat(haproxyOfCompose().at("/volumes/0").asText()).startsWith("./" + HAPROXY + ":");
    }

    /** Compose stops in the order of depends_on: a service ends after those that use it. */
    @Test
    void composeStopsTheBalancerThenTheMembersThenTheirTable() throws IOException {
        ObjectNode services = servicesOfCompose();

        assertThat(usedBy("haproxy", services)).hasSize(3);
        assertThat(usedBy("discovery1", services)).containsExactly("dynamodb");
        services.fieldNames()
                .forEachRemaining(name -> assertThat(services.path(name).path("depends_on"))
                        .extracting(JsonNode::asText)
                        .as("what %s needs to its end", name)
                        .containsExactlyInAnyOrderElementsOf(usedBy(name, services)));
    }

    /**
     * Returns the services that a service has in its environment; members have each other there, and may stop in any
     * order.
     */
    private static List<String> usedBy(String name, ObjectNode services) {
        return services.path(name).path("environment").properties().stream()
                .filter(variable -> !variable.getKey().equals("CLUSTER_MEMBERS"))
                .flatMap(variable -> Pattern.compile("[^a-z0-9]+")
                        .splitAsStream(variable.getValue().asText()))
                .filter(services::has)
                .toList();
    }

    @Test
    void nginxTakesItsFile() throws Exception {
        assertAccepted(LoadBalancer.nginx(dir, NGINX, "-t"), Map.of());
    }

    /** Members compare the address that was called with that of the page that sends a change. */
    @Test
    void nginxPassesTheAddressOnWithItsPort() {
        Function<HttpExchange, Reply> script = exchange -> new Reply(
                200, Map.of(), "called " + exchange.getRequestHeaders().getFirst("Host"));
        try (ScriptedMember member = ScriptedMember.answering(script);
                LoadBalancer balancer = LoadBalancer.nginx(Collections.nCopies(3, member.port()), dir)) {
            TestClient client = new TestClient(balancer.port());

            String called = "called 127.0.0.1:" + balancer.port();
            assertThat(client.get("/v1/registration/payments").body()).isEqualTo(called);
            assertThat(client.post("/v1/loadbalancing/payments", Map.of("load_balancing_weight", "1"))
                            .body())
                    .isEqualTo(called);
        }
    }

    /** While one member stands still, the others make their reports without it after a second or two. */
    @Test
    void nginxWaitsForReportsThatTakeLong() {
        CountDownLatch end = new CountDownLatch(1);
        Function<HttpExchange, Reply> script = exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (!path.equals("/health/ready")) {
                pass(end);
            }
            return new Reply(200, Map.of(), path);
        };
        try (ScriptedMember member = ScriptedMember.answering(script);
                LoadBalancer balancer = LoadBalancer.nginx(Collections.nCopies(3, member.port()), dir)) {
            TestClient client = new TestClient(balancer.port());

            assertThat(List.of("/v1/members", "/v1/services/overview", "/v1/hosts/127.0.0.1", "/metrics"))
                    .allSatisfy(path -> assertThat(client.get(path).body()).isEqualTo(path));
            end.countDown();
        }
    }

    /** Returns after more than the time that nginx waits for a list, or at the end of the test. */
    private static void pass(CountDownLatch end) {
        try {
            assertThat(end.await(700, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void allFilesNameTheMembersOfTheScript() {
        for (String port : List.of("8081", "8082", "8083", "8090")) {
            assertThat(contains(HAPROXY, "127.0.0.1:" + port)).isTrue();
            assertThat(contains(HAPROXY_TLS, "127.0.0.1:" + port)).isTrue();
            assertThat(contains(NGINX, "127.0.0.1:" + port)).isTrue();
        }
    }

    private static JsonNode haproxyOfCompose() throws IOException {
        return servicesOfCompose().path("haproxy");
    }

    /** Each with what it takes over from the anchor, which Jackson leaves to its caller. */
    private static ObjectNode servicesOfCompose() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        JsonNode file = yaml.readTree(Path.of("docker-compose.cluster.yml").toFile());
        ObjectNode services = yaml.createObjectNode();
        file.path("services").properties().forEach(service -> {
            ObjectNode whole = services.putObject(service.getKey());
            if (service.getValue().path("<<").asText().equals("member")) {
                whole.setAll((ObjectNode) file.path("x-member"));
            }
            whole.setAll((ObjectNode) service.getValue());
        });
        return services;
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String haproxy() {
        return Tools.require("haproxy").toString();
    }

    /** A warning is a fault too. */
    private static void assertAccepted(List<String> command, Map<String, String> environment) {
        ProgramRun run = Program.of(command).with(environment).run(PATIENCE).succeeded();
        assertThat(run.output() + run.errors()).doesNotContainIgnoringCase("warning");
    }
}
