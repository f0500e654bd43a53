package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.discovery.testing.ExampleSecrets;
import io.discovery.testing.LoadBalancer;
import io.discovery.testing.Ports;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
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

    private ExampleSecrets secrets;

    @BeforeEach
    void inADirectoryOfTheTest() {
        secrets = new ExampleSecrets(dir.resolve("secure"));
    }

    @Test
    void clientsWithTheirTokensAreServedThroughHaproxyAndOthersAreNot() {
        Tools.require("haproxy");
        ExampleSecrets.make(secrets.directory(), "discovery.default.svc").succeeded();
        int health = Ports.free(1).get(0);
        try (TestCluster cluster = TestCluster.prepare(2, n -> settings())) {
            cluster.sendWithEach("Authorization", secrets.authorization("operator"));
            cluster.launchNext();
            cluster.launchNext();
            cluster.awaitWhole();
            // The file names three members; the third of this one is the second once more.
            Map<String, String> balancing = Map.of(
                    "HEALTH",
                    "127.0.0.1:" + health,
                    "MEMBER_3",
                    "127.0.0.1:" + cluster.member(1).port());
            try (LoadBalancer balancer = LoadBalancer.haproxyForTls(
                    cluster,
                    balancing,
                    port -> secrets.ask(port, "", "/health/ready").equals("200"))) {
                assertThatEachIdentityMayWhatItShould(balancer.port());
                TestClient checks = new TestClient(health);
                assertThat(checks.get("/health/ready").statusCode()).isEqualTo(200);
                cluster.kill(0);
                cluster.kill(1);
                await().atMost(PATIENCE).until(() -> checks.get("/health/ready").statusCode() == 503);
            }
        }
    }

    private void assertThatEachIdentityMayWhatItShould(int port) {
        String service = "/v1/registration/payments";
        assertThat(secrets.register(port, "hosts", "payments")).isEqualTo("200");
        assertThat(secrets.register(port, "readers", "payments")).isEqualTo("403");
        assertThat(secrets.ask(port, "readers", service)).isEqualTo("200");
        assertThat(secrets.ask(port, "readers", "/v1/cluster")).isEqualTo("403");
        assertThat(secrets.ask(port, "operator", "/v1/cluster")).isEqualTo("200");
        assertThat(secrets.ask(port, "", service)).isEqualTo("401");
    }

    @Test
    void secretsThatAreThereStayAndTheirDirectoryIsClosedToOthers() throws IOException {
        ExampleSecrets.make(secrets.directory()).succeeded();
        String token = secrets.authorization("operator");

        ProgramRun again = ExampleSecrets.make(secrets.directory());

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.errors()).contains("is there already");
        assertThat(secrets.authorization("operator")).isEqualTo(token);
        assertThat(Files.getPosixFilePermissions(secrets.directory())).hasSize(3);
        assertThat(Files.readString(secrets.ofMembers().resolve("auth.yaml")))
                .doesNotContain(token.replace("Bearer ", ""));
    }

    /** Returns the settings of the file for Compose, with paths and ports of this test. */
    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        secureSettings()
                .properties()
                .forEach(setting -> settings.put(
                        setting.getKey(),
                        setting.getValue()
                                .asText()
                                .replace(IN_CONTAINERS, secrets.ofMembers().toString())));
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
}
