package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Limits;
import io.discovery.testing.LargeServices;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.MemberUsage;
import io.discovery.testing.TestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A member with -Xmx512m that gets registrations of the largest size until it refuses them. */
@Tag("long")
@Timeout(120)
class FullRegistryIT {

    private static final long HALF_THE_HEAP = 256L << 20;
    /** The number of hosts in a request, of 16 kB each, or 25 kB as they are sent. */
    private static final int AT_ONCE = 150;
    /** The number of requests: three times what fits half of the heap. */
    private static final int REQUESTS = 120;

    /** The text that fills the registrations. */
    private enum Text {
        PLAIN("r", "x".repeat(15_800)),
        /** The character of the texts, six bytes in a list. */
        ESCAPED("\\u0001".repeat(Limits.REVISION), "i");

        final String revision;
        final String instanceId;

        Text(String revision, String instanceId) {
            this.revision = revision;
            this.instanceId = instanceId;
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void itTakesNoNewHostsAndServesThoseThatAreThere(Text text) {
        try (MemberProcess member = MemberProcess.start(Map.of("HOST_TTL", "3600"))) {
            TestClient client = member.client();
            client.register("small", "127.0.0.1");
            int taken = fill(client, text);

            assertThat(taken).isLessThan(REQUESTS);
            assertThat(client.metric("discovery_registrations_bytes"))
                    .isBetween(0.9 * HALF_THE_HEAP, 1.1 * HALF_THE_HEAP);
            for (int n = 0; n < taken; n++) {
                assertThat(client.hosts("service-" + n)).hasSize(AT_ONCE);
            }
            assertThat(post(client, 0, text)).as("heartbeats").isEqualTo(200);
            operate(client);
            assertThat(client.delete("/v1/registration/service-0/127.0.0.1").statusCode())
                    .isEqualTo(200);
            assertThat(register(client, "another", "127.1.1.1", "r")).isEqualTo(503);
            assertThat(client.metric("discovery_changes_refused_total")).isPositive();
            assertThat(MemberUsage.liveHeap(member)).isLessThan(2 * HALF_THE_HEAP);
        }
    }

    /** A deploy, a drain and a restart, as they happen every day. */
    private static void operate(TestClient client) {
        assertThat(register(client, "small", "127.0.0.1", "r2-longer"))
                .as("a longer revision")
                .isEqualTo(200);
        for (String host : List.of("small/127.0.0.1", "service-0/127.0.0.2")) {
            assertThat(client.post("/v1/loadbalancing/" + host, Map.of("load_balancing_weight", "1"))
                            .statusCode())
                    .as("a weight of " + host)
                    .isEqualTo(204);
        }
        assertThat(client.delete("/v1/registration/small/127.0.0.1").statusCode())
                .isEqualTo(200);
        assertThat(register(client, "small", "127.0.0.1", "r3"))
                .as("the return of a host that was removed")
                .isEqualTo(200);
    }

    private static int register(TestClient client, String service, String ip, String revision) {
        Map<String, String> form = TestClient.registration(Map.of("ip", ip, "revision", revision));
        return client.post("/v1/registration/" + service, form).statusCode();
    }

    /** Counts the services that were taken as a whole. */
    private static int fill(TestClient client, Text text) {
        int service = 0;
        while (service < REQUESTS && post(client, service, text) == 200) {
            // All that is there is read, so that lists are held as well.
            assertThat(client.get("/v1/registration/service-" + service).statusCode())
                    .isEqualTo(200);
            service++;
        }
        return service;
    }

    private static int post(TestClient client, int service, Text text) {
        return LargeServices.register(client, service, AT_ONCE, text.revision, text.instanceId);
    }
}
