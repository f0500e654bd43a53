package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.discovery.config.Setting;
import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Program;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.TestMember;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The heartbeat of a pod, as a process: command and environment are those of its container in
 * {@code cluster-config/kubernetes-heartbeat.yaml}, the address and the name of the pod those of this test.
 */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class HeartbeatContainerIT {

    private static final String ADDRESS = "127.77.1.1";
    private static final String LISTED = "/v1/registration/payments/" + ADDRESS;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Manifest MANIFEST = Manifest.read(Manifest.OF_HEARTBEAT);
    private static final JsonNode POD =
            MANIFEST.object("Deployment", "payments").at("/spec/template/spec");
    private static final JsonNode CONTAINER = Manifest.named(POD.path("containers"), "heartbeat");

    @TempDir
    private Path dir;

    @Test
    void aPodIsListedFromTheMomentItsProgramAnswersUntilItIsToldToEnd() throws IOException {
        Tools.require("curl");
        AtomicInteger health = new AtomicInteger(503);
        HttpServer program = program(health);
        try (TestMember member = TestMember.start(Map.of());
                ExternalProcess heartbeat = start(member.port(), program, Map.of())) {
            await().atMost(PATIENCE).until(() -> heartbeat.log().contains("503"));
            assertThat(member.client().hosts("payments")).isEmpty();

            health.set(200);
            await().atMost(PATIENCE).until(() -> isListed(member.client()));
            assertThat(member.client().get(LISTED).body())
                    .contains("\"port\": 9000", "\"revision\": \"4711\"", "\"instance_id\": \"payments-7d4b9-x\"");
            String first = member.client().get(LISTED).body();
            await().atMost(PATIENCE)
                    .until(() -> !member.client().get(LISTED).body().equals(first));

            heartbeat.terminate();
            assertThat(heartbeat.awaitExit()).as(heartbeat.log()).isZero();
            assertThat(member.client().hosts("payments")).isEmpty();
        } finally {
            program.stop(0);
        }
    }

    @Test
    void aTokenIsShownWhereMembersAskForOne() throws IOException {
        Tools.require("curl");
        HttpServer program = program(new AtomicInteger(200));
        Path header = Files.writeString(
                dir.resolve("hosts.header"), "Authorization: Bearer " + TestIdentities.tokenOf("writer") + "\n");
        Map<String, String> identities = Map.of(
                "AUTH_FILE",
                TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml")).toString(),
                "AUTH_ANONYMOUS",
                "read");
        try (TestMember member = TestMember.start(identities);
                ExternalProcess heartbeat = start(member.port(), program, Map.of("HEADER_FILE", header.toString()))) {
            await().atMost(PATIENCE).until(() -> isListed(member.client()));

            heartbeat.terminate();
            assertThat(heartbeat.awaitExit()).as(heartbeat.log()).isZero();
            assertThat(member.client().hosts("payments")).isEmpty();
        } finally {
            program.stop(0);
        }
    }

    @Test
    void aLeaseIsLongerThanThreeHeartbeats() {
        int interval = Integer.parseInt(environment().getOrDefault("INTERVAL", ""));
        String lease = Setting.HOST_TTL.fallback();

        assertThat(3 * interval).isLessThan(Integer.parseInt(lease));
    }

    private static boolean isListed(TestClient client) {
        return client.hosts("payments").contains(ADDRESS);
    }

    /** Starts the health page of the program that the heartbeat stands beside. */
    private static HttpServer program(AtomicInteger health) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(health.get(), -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static ExternalProcess start(int port, HttpServer program, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(environment());
        assertThat(environment).containsEntry("DISCOVERY_URL", "http://discovery");
        environment.put("DISCOVERY_URL", "http://127.0.0.1:" + port);
        environment.computeIfPresent(
                "HEALTH_URL",
                (name, url) -> url.replace(
                        "127.0.0.1:9000", "127.0.0.1:" + program.getAddress().getPort()));
        environment.put("INTERVAL", "1");
        environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
        environment.putAll(more);
        List<String> command = new ArrayList<>();
        CONTAINER.path("command").forEach(word -> command.add(container().here(word.asText())));
        return Program.of(command).withOnly(environment).start("the heartbeat");
    }

    private static Map<String, String> environment() {
        return container().environment(Map.of("status.podIP", ADDRESS, "metadata.name", "payments-7d4b9-x"), MANIFEST);
    }

    /** Returns the container with the script as the command in the comment of the file brings it. */
    private static PodContainer container() {
        return new PodContainer(
                CONTAINER,
                Map.of("heartbeat", Path.of("cluster-config", "heartbeat").toAbsolutePath()));
    }
}
