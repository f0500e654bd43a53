package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.discovery.testing.ExampleSecrets;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.Program;
import java.io.IOException;
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
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A member with the environment that the chart renders for HTTPS with certificates of clients, a secret between members
 * and identities: it finds the files where the Secrets are mounted, and the probes find it.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class SecurePodIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PLAIN_PORT = "8081";

    @TempDir
    private Path dir;

    @Test
    void itsProbesAreAnsweredAndClientsNeedACertificateAndAToken() throws IOException {
        ExampleSecrets secrets = new ExampleSecrets(dir.resolve("secure"));
        ExampleSecrets.make(secrets.directory()).succeeded();
        Manifest manifest = Manifest.expected("secure");
        // As the chart renders it for one replica.
        ((ObjectNode) manifest.object("ConfigMap", "discovery-cluster").path("data")).put("min-members", "1");
        JsonNode container = manifest.podOfMembers().at("/containers/0");
        int plainPort = Ports.free(1).get(0);

        try (MemberProcess member =
                launch(manifest, new PodContainer(container, mounted(secrets, manifest)), plainPort)) {
            for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                await().atMost(PATIENCE)
                        .alias(probe + ": " + member.log())
                        .until(() -> succeeds(container.path(probe), plainPort));
            }
            assertThat(member.log()).contains("peers prove that they know the secret");
            assertThat(secrets.ask(member.port(), "operator", "/v1/cluster"))
                    .as("without a certificate")
                    .isEqualTo("000");
            assertThat(member.client().get("/v1/cluster").statusCode())
                    .as("without a token")
                    .isEqualTo(401);

            assertThat(member.stop()).isZero();
            assertThat(succeeds(container.path("livenessProbe"), plainPort)).isFalse();
        }
    }

    /** Returns the folders of the volumes, with the files of the Secrets and of the ConfigMap. */
    private Map<String, Path> mounted(ExampleSecrets secrets, Manifest manifest) throws IOException {
        Path made = secrets.ofMembers();
        Path tls = Files.createDirectory(dir.resolve("tls"));
        Files.copy(made.resolve("member.pem"), tls.resolve("tls.crt"));
        Files.copy(made.resolve("member.key"), tls.resolve("tls.key"));
        Path clients = Files.createDirectory(dir.resolve("client-ca"));
        Files.copy(secrets.directory().resolve("clients/ca.pem"), clients.resolve("ca.crt"));
        Path config = Files.createDirectory(dir.resolve("cluster-config"));
        Files.writeString(
                config.resolve("hazelcast-kubernetes.yaml"),
                manifest.object("ConfigMap", "discovery-cluster")
                        .at("/data/hazelcast-kubernetes.yaml")
                        .asText());
        return Map.of("tls", tls, "client-ca", clients, "members", made, "auth", made, "cluster-config", config);
    }

    private MemberProcess launch(Manifest manifest, PodContainer container, int plainPort) throws IOException {
        Map<String, String> environment =
                new HashMap<>(container.environment(Map.of("status.podIP", "127.0.0.1"), manifest));
        assertThat(environment).containsEntry("PLAIN_PORT", PLAIN_PORT);
        Path hosts = Files.writeString(dir.resolve("hosts"), "127.0.0.1 discovery-cluster localhost\n");
        List<String> options = new ArrayList<>(
                List.of(environment.getOrDefault("JAVA_OPTS", "").split(" ")));
        options.add("-Djdk.net.hosts.file=" + hosts);
        environment.keySet().removeIf(name -> name.matches("(AWS|DYNAMODB)_.*|JAVA_OPTS"));
        environment.putAll(Map.of(
                "BACKEND_STORAGE",
                "InMemory",
                "CLUSTER_PORT",
                Integer.toString(Ports.free(1).get(0)),
                "PLAIN_PORT",
                Integer.toString(plainPort)));
        return MemberProcess.launch(environment, options.toArray(String[]::new));
    }

    /** Runs the command of a probe, as Kubernetes does in the container. */
    private static boolean succeeds(JsonNode probe, int plainPort) {
        List<String> command = new ArrayList<>();
        probe.at("/exec/command").forEach(word -> command.add(word.asText().replace(PLAIN_PORT, "" + plainPort)));
        assertThat(command).hasSize(3);
        return Program.of(command).run(PATIENCE).exitCode() == 0;
    }
}
