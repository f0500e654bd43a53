package io.discovery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.Heartbeats;
import io.discovery.testing.MemberProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The cost of heartbeats in requests to DynamoDB, counted on the way. */
@Isolated("what is written depends on the pace of heartbeats")
class DynamoDbCostIT {

    /** The number of hosts; scripts/check-dynamodb asks for more. */
    private static final int HOSTS = Integer.getInteger("discovery.cost.hosts", 200);

    private static final int TTL_SECONDS = Integer.getInteger("discovery.cost.ttl", 8);
    /** The heartbeats of a lease with the defaults: every 30 s for 600 s. */
    private static final int HEARTBEATS_A_LEASE = 20;

    @Test
    void heartbeatsForALeaseCostAQuarterOfTheSeedsWrites() {
        DynamoDbLocal dynamo = DynamoDbLocal.server();
        try (DynamoDbProxy proxy = DynamoDbProxy.before(dynamo.port())) {
            Map<String, String> environment =
                    new HashMap<>(DynamoDbLocal.environment(DynamoDbLocal.newTableName(), proxy.endpoint()));
            environment.put("DYNAMODB_CREATE_TABLES_IN_APP", "true");
            environment.put("HOST_TTL", Integer.toString(TTL_SECONDS));
            environment.put("STORE_REFRESH_SECONDS", "0");
            try (MemberProcess member = MemberProcess.start(environment)) {
                proxy.resetCounts();

                Duration interval = Duration.ofSeconds(TTL_SECONDS).dividedBy(HEARTBEATS_A_LEASE);
                Heartbeats.Result result =
                        Heartbeats.paced(member.client(), "cost", HOSTS, interval, HEARTBEATS_A_LEASE);
                await().until(() -> member.client().metric("discovery_backend_waiting") == 0);

                // A GetItem and a PutItem each.
                int seedsWrites = HOSTS * HEARTBEATS_A_LEASE;
                System.out.printf(
                        "%d hosts, %d heartbeats each in %d s (took %.1f s): %d PutItem, %d requests in all; the seed: %d"
                                + " PutItem, %d requests; ratio of writes %.3f%n",
                        HOSTS,
                        HEARTBEATS_A_LEASE,
                        TTL_SECONDS,
                        result.took().toMillis() / 1e3,
                        proxy.count("PutItem"),
                        proxy.count(DynamoDbProxy.ANY),
                        seedsWrites,
                        2 * seedsWrites,
                        proxy.count("PutItem") / (double) seedsWrites);
                assertThat(result.failures()).isEmpty();
                assertThat(member.client().hosts("cost")).hasSize(HOSTS);
                assertThat(proxy.count("PutItem")).isBetween(HOSTS * 3L, seedsWrites / 4L);
            }
        }
    }
}
