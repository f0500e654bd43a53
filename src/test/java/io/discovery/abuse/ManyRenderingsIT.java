package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.LargeServices;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A member whose registrations take nearly half of its heap, while clients ask for each list in each form. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class ManyRenderingsIT {

    private static final int HEAP_MB = 256;
    /** The number of hosts in a request. */
    private static final int AT_ONCE = 150;
    /** The number of services: nine tenths of what registrations may take. */
    private static final int SERVICES = 24;

    private static final String TEXT = "x".repeat(15_800);

    @Test
    void readsDoNotMakeTheHeapScarce() {
        try (MemberProcess member = MemberProcess.start(Map.of("HOST_TTL", "3600"), "-Xmx" + HEAP_MB + "m")) {
            TestClient client = member.client();
            for (int n = 0; n < SERVICES; n++) {
                assertThat(LargeServices.register(client, n, AT_ONCE, "r", TEXT))
                        .isEqualTo(200);
            }

            for (int time = 0; time < 2; time++) {
                for (int n = 0; n < SERVICES; n++) {
                    readInEachForm(client, n);
                }
            }

            assertThat(client.metric("discovery_renderings_bytes")).isBetween(1e6, HEAP_MB * 1048576 / 8.0);
            assertThat(client.metric("discovery_heap_shortages_total")).isZero();
        }
    }

    private static void readInEachForm(TestClient client, int n) {
        String service = LargeServices.name(n);
        for (String path : List.of(
                "/v1/registration/" + service,
                "/v1/registration/repo/" + LargeServices.repo(n),
                "/v1/prometheus/targets/" + service)) {
            assertThat(client.get(path).body()).as(path).contains("127.0." + n + "." + AT_ONCE);
        }
        String asked = "{\"resource_names\": [\"" + service + "\"], \"node\": {\"id\": \"test\"}}";
        var endpoints = client.post("/v3/discovery:endpoints", "application/json", asked);
        assertThat(endpoints.body()).contains("127.0." + n + "." + AT_ONCE);
    }
}
