package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.SeedTable;
import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A real member whose table does not answer. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class DynamoDbOutageIT {

    private static final Duration TTL = Duration.ofMinutes(10);

    private final DynamoDbLocal dynamo = DynamoDbLocal.server();

    @AutoClose
    private final DynamoDbProxy proxy = DynamoDbProxy.before(dynamo.port());

    private final SeedTable seed = new SeedTable(dynamo.client(), DynamoDbLocal.newTableName()).create();

    @Test
    void aStartDuringAnOutageRefusesReadsUntilTheTableAnswers() {
        seed.register("early", "127.5.0.1", 8000, "", TestClient.TAGS);
        proxy.refuse();
        try (MemberProcess member = MemberProcess.launch(environment(Map.of()))) {
            TestClient client = member.client();
            await().atMost(Duration.ofSeconds(30)).until(() -> client.answers("/health/writable"));
            client.register("early", "127.5.0.2");
            assertThat(client.get("/v1/registration/early").statusCode()).isEqualTo(503);
            assertThat(client.get("/v1/registration/early/127.5.0.1").statusCode())
                    .isEqualTo(503);
            await().untilAsserted(() ->
                    assertThat(client.get("/health/writable").body()).contains("DOWN", seed.name()));

            proxy.restore();

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> member.showsAllOrNothing("early", Set.of("127.5.0.1", "127.5.0.2")));
            await().untilAsserted(
                            () -> assertThat(seed.hosts("early", TTL)).containsOnlyKeys("127.5.0.1", "127.5.0.2"));
            await().untilAsserted(
                            () -> assertThat(client.get("/health/ready").body()).contains("\"backend\": \"UP\""));
        }
    }

    @Test
    void afterWarmupSecondsAMemberOpensWithoutItsTable() {
        seed.register("late", "127.5.0.1", 8000, "", TestClient.TAGS);
        proxy.freeze();
        try (MemberProcess member = MemberProcess.launch(environment(Map.of("WARMUP_SECONDS", "5")))) {
            TestClient client = member.client();
            await().atMost(Duration.ofSeconds(30)).until(() -> client.answers("/health/writable"));
            assertThat(client.answers("/health/ready")).isFalse();
            client.register("late", "127.5.0.2");

            member.awaitReady();
            assertThat(client.hosts("late")).isEqualTo(Set.of("127.5.0.2"));
            assertThat(member.log()).contains("opening without the backend");

            proxy.restore();
            await().atMost(Duration.ofSeconds(40))
                    .untilAsserted(() -> assertThat(client.hosts("late")).isEqualTo(Set.of("127.5.0.1", "127.5.0.2")));
            await().untilAsserted(() -> assertThat(seed.hosts("late", TTL)).containsOnlyKeys("127.5.0.1", "127.5.0.2"));
        }
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(DynamoDbLocal.environment(seed.name(), proxy.endpoint()));
        environment.putAll(more);
        return environment;
    }
}
