package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.discovery.testing.LoadBalancer;
import io.discovery.testing.Ports;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The secrets that {@code scripts/make-secrets} makes, with the settings of {@code cluster-config/compose-secure.yml}: members
 * with TLS and identities behind HAProxy, as curl sees them.
 */
@Timeout(180)
class SecureExampleIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String IN_CONTAINERS = "/etc/discovery";

    @TempDir
    Path dir;

    @Test
    void clientsWithTheirTokensAreServedThroughHaproxyAndOthersAreNot() {
        Tools.require("openssl");
        Tools.require("curl");
        Tools.require("haproxy");
        makeSecrets("discovery.default.svc").succeeded();
        int health = Ports.free(1).get(0);
        try (TestCluster cluster = TestCluster.prepare(2, this::settings)) {
            cluster.sendWithEach("Authorization", header("operator").replace("Authorization: ", ""));
            cluster.launchNext();
            cluster.launchNext();
            cluster.awaitWhole();
            // The file names three members; the third of this one is the second once more.
            Map<String, String> balancing = Map.of(
                    "HEALTH", "127.0.0.1:" + health,
                    "MEMBER_3", "127.0.0.1:" + cluster.member(1).port());
            try (LoadBalancer balancer = LoadBalancer.haproxyForTls(
                    cluster,
                    balancing,
                    port -> ask(port, "operator", "/health/ready").equals("200"))) {
                String service = "/v1/registration/payments";

                assertThat(ask(
                                balancer.port(),
                                "hosts",
                                service,
                                "-d",
                                "ip=127.0.0.1",
                                "-d",
                                "port=9000",
                                "-d",
                                "revision=1",
                                "--data-urlencode",
                                "tags=" + TestClient.TAGS))
                        .isEqualTo("200");
                assertThat(ask(balancer.port(), "readers", service)).isEqualTo("200");
                assertThat(ask(balancer.port(), "readers", service, "-X", "DELETE"))
                        .isNotEqualTo("200");
                assertThat(ask(balancer.port(), "operator", "/v1/cluster")).isEqualTo("200");
                assertThat(ask(balancer.port(), "readers", "/v1/cluster")).isEqualTo("403");
                assertThat(ask(balancer.port(), "", service)).isEqualTo("401");

                TestClient checks = new TestClient(health);
                assertThat(checks.get("/health/ready").statusCode()).isEqualTo(200);
                cluster.kill(0);
                cluster.kill(1);
                await().atMost(PATIENCE).until(() -> checks.get("/health/ready").statusCode() == 503);
            }
        }
    }

    @Test
    void secretsThatAreThereStayAndTheirFilesAreClosedToOthers() throws IOException {
        Tools.require("openssl");
        makeSecrets().succeeded();
        String token = header("operator");

        ProgramRun again = makeSecrets();

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.errors()).contains("is there already");
        assertThat(header("operator")).isEqualTo(token);
        assertThat(Files.getPosixFilePermissions(secrets())).hasSize(3);
        assertThat(Files.readString(secrets().resolve("members/auth.yaml")))
                .doesNotContain(token.substring(token.length() - 40).strip());
    }

    private ProgramRun makeSecrets(String... names) {
        List<String> command = new ArrayList<>(List.of("scripts/make-secrets"));
        command.addAll(List.of(names));
        return Program.of(command)
                .with(Map.of("DIRECTORY", secrets().toString()))
                .run(PATIENCE);
    }

    private Path secrets() {
        return dir.resolve("secure");
    }

    private String header(String identity) {
        return read(secrets().resolve("clients").resolve(identity + ".header")).strip();
    }

    /** Returns the settings of the file for Compose, with paths and ports of this test. */
    private Map<String, String> settings(int n) {
        Map<String, String> settings = new HashMap<>();
        secureSettings()
                .properties()
                .forEach(setting -> settings.put(
                        setting.getKey(),
                        setting.getValue()
                                .asText()
                                .replace(
                                        IN_CONTAINERS,
                                        secrets().resolve("members").toString())));
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        return settings;
    }

    private static JsonNode secureSettings() {
        try {
            return new YAMLMapper()
                    .readTree(Path.of("cluster-config", "compose-secure.yml").toFile())
                    .at("/x-secure/environment");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Returns the status of a request by HTTPS; "000" without an answer. */
    private String ask(int port, String identity, String path, String... options) {
        List<String> command = new ArrayList<>(
                List.of("curl", "-s", "--noproxy", "*", "--max-time", "10", "-o", "/dev/null", "-w", "%{http_code}"));
        command.addAll(List.of("--cacert", secrets().resolve("clients/ca.pem").toString()));
        if (!identity.isEmpty()) {
            command.addAll(List.of("-H", "@" + secrets().resolve("clients").resolve(identity + ".header")));
        }
        command.addAll(List.of(options));
        command.add("https://localhost:" + port + path);
        return Program.of(command).run(PATIENCE).output().strip();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
