package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.Heartbeats;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.SeedTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A real member under load whose table does not answer. */
@Isolated("every heartbeat is answered by the deadline")
class DynamoDbOutageLoadIT {

    /** The time that the table is out of order; scripts/check-dynamodb asks for more. */
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("discovery.outage.seconds", 4));

    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(10);
    private static final int HOSTS = 1_000;

    private final DynamoDbLocal dynamo = DynamoDbLocal.server();

    @AutoClose
    private final DynamoDbProxy proxy = DynamoDbProxy.before(dynamo.port());

    private final SeedTable seed = new SeedTable(dynamo.client(), DynamoDbLocal.newTableName()).create();

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
