package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A client that says nothing may have nothing to say, or be gone without a word: a machine without power sends none.
 */
class SilentClientTest {

    private static final StreamLimits LIMITS = new StreamLimits(
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            MemoryBudget.of(1_000_000),
            MemoryBudget.of(1_000_000),
            MemoryBudget.of(Long.MAX_VALUE));

    @Test
    void whoAnswersPingsStaysAndWhoDoesNotIsForgotten() {
        try (ServedXds xds = new ServedXds(LIMITS);
                XdsClient live = new XdsClient();
                XdsClient doomed = new XdsClient()) {
            var silent = live.endpoints(xds.port());
            var gone = doomed.endpoints(xds.port());
            silent.send(request("payments", DiscoveryResponse.getDefaultInstance()));
            gone.send(request("payments", DiscoveryResponse.getDefaultInstance()));
            DiscoveryResponse answer = silent.next();
            gone.next();
            assertThat(xds.metric("discovery_xds_streams")).isEqualTo(2);

            Runnable thaw = doomed.freeze();
            await().atMost(Duration.ofSeconds(20)).until(() -> xds.metric("discovery_xds_streams") == 1);

            thaw.run();
            silent.send(request("orders", answer));
            assertThat(silent.next().getResourcesCount()).isEqualTo(1);
            gone.awaitEnd();
        }
    }

    private static DiscoveryRequest request(String service, DiscoveryResponse last) {
        return DiscoveryRequest.newBuilder()
                .addResourceNames(service)
                .setVersionInfo(last.getVersionInfo())
                .setResponseNonce(last.getNonce())
                .build();
    }
}
