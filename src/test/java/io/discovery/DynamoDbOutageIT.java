package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.Heartbeats;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.SeedTable;
import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A real member whose table does not answer. */
class DynamoDbOutageIT {

    private static final Duration TTL = Duration.ofMinutes(10);
    /** How long the table is out of order under load; scripts/check-dynamodb asks for more. */
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("discovery.outage.seconds", 4));

    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(10);
    private static final int HOSTS = 1_000;

    private final DynamoDbLocal dynamo = DynamoDbLocal.server();
    private final DynamoDbProxy proxy = DynamoDbProxy.before(dynamo.port());
    private final SeedTable seed = new SeedTable(dynamo.client(), DynamoDbLocal.newTableName()).create();

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void aStartDuringAnOutageRefusesReadsUntilTheTableAnswers() {
        seed.register("early", "127.5.0.1", 8000, "", TestClient.TAGS);
        proxy.refuse();
        try (MemberProcess member = MemberProcess.launch(environment(Map.of()))) {
            TestClient client = member.client();
            await().until(() -> client.answers("/health/writable"));
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

    /** The table refuses, then hangs, for half of the time each. */
    @Test
    void anOutageUnderLoadIsNotFelt() {
        Map<String, String> settings = Map.of("HOST_TTL", "30", "STORE_REFRESH_SECONDS", "2");
        try (MemberProcess member = MemberProcess.start(environment(settings))) {
            Duration pause = Duration.ofMillis(1);
            Heartbeats.during(member.client(), "load", HOSTS, pause, Duration.ofSeconds(3));
            Heartbeats.Result before = Heartbeats.during(member.client(), "load", HOSTS, pause, OUTAGE);
            proxy.refuse();
            Heartbeats.Result refused = Heartbeats.during(member.client(), "load", HOSTS, pause, OUTAGE.dividedBy(2));
            proxy.restore();
            proxy.freeze();
            Heartbeats.Result hung = Heartbeats.during(member.client(), "load", HOSTS, pause, OUTAGE.dividedBy(2));
            member.client().delete("/v1/registration/load/" + Heartbeats.address(0));
            double waiting = member.client().metric("discovery_backend_waiting");

            proxy.restore();
            long start = System.nanoTime();
            await().atMost(DRAINED_WITHIN)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> member.client().metric("discovery_backend_waiting") == 0);
            System.out.printf(
                    "outage of %d s: heartbeats answered %d before, %d during; p99 %.2f ms before, %.2f ms refused,"
                            + " %.2f ms hung; %.0f waited, written within %.2f s%n",
                    OUTAGE.toSeconds(),
                    before.answered(),
                    refused.answered() + hung.answered(),
                    millis(before.slowest()),
                    millis(refused.slowest()),
                    millis(hung.slowest()),
                    waiting,
                    (System.nanoTime() - start) / 1e9);

            assertThat(before.failures()).isEmpty();
            assertThat(refused.failures()).isEmpty();
            assertThat(hung.failures()).isEmpty();
            Set<String> listed = member.client().hosts("load");
            assertThat(listed).hasSize(HOSTS - 1).doesNotContain(Heartbeats.address(0));
            assertThat(new TreeSet<>(seed.hosts("load", Duration.ofSeconds(30)).keySet()))
                    .isEqualTo(listed);
        }
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(DynamoDbLocal.environment(seed.name(), proxy.endpoint()));
        environment.putAll(more);
        return environment;
    }
}
