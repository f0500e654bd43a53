package io.discovery.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ExampleSecrets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The cluster of docker-compose.cluster.yml with cluster-config/compose-secure.yml above it, as deployment.md starts it. */
@Timeout(300)
@Isolated("it takes the memory of a cluster")
@EnabledIfSystemProperty(named = "discovery.containers", matches = "true")
class SecureComposeIT {

    private static final Path SECURE = Path.of("cluster-config", "compose-secure.yml");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    @Test
    void membersServeThoseWithTokensByHttpsAlone() {
        ExampleSecrets secrets = new ExampleSecrets(dir.resolve("secure"));
        ExampleSecrets.make(secrets.directory()).succeeded();
        try (Compose compose = new Compose(dir, ExampleSecrets.environment(secrets.directory()), SECURE)) {
            compose.up();
            String service = "/v1/registration/payments";
            assertThat(secrets.register(compose.port(), "hosts", "payments")).isEqualTo("200");
            for (int n = 0; n <= Compose.MEMBERS; n++) {
                int port = n == 0 ? compose.port() : compose.memberPort(n);
                await().atMost(PATIENCE).until(() -> secrets.ask(port, "readers", service), "200"::equals);
                assertThat(secrets.ask(port, "", service)).isEqualTo("401");
                assertThat(secrets.ask(port, "readers", "/v1/cluster")).isEqualTo("403");
                assertThat(Compose.clientAt(port).answers("/health/ready")).isFalse();
            }
            assertThat(Compose.membersSeen(secrets.get(compose.port(), "operator", "/v1/cluster")))
                    .isEqualTo(Compose.MEMBERS);
            System.out.println("secure: three members with TLS and tokens, HTTPS through HAProxy");
        }
    }
}
