package io.discovery.xds;

import static org.awaitility.Awaitility.await;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A stream that the member resets, since its client has lost its rights: the connection stays, for another stream. */
class LostRightsTest {

    @AutoClose
    private final ServedXds xds = new ServedXds();

    @AutoClose
    private final XdsClient client = new XdsClient();

    @Test
    void aStreamThatTheMemberResetsIsForgotten() {
        try (var stream = client.aggregated(xds.port())) {
            stream.send(DiscoveryRequest.newBuilder()
                    .setTypeUrl(Requests.CLUSTERS)
                    .addResourceNames("payments")
                    .build());
            stream.next();

            xds.resetCalls();

            await().until(() -> xds.metric("discovery_xds_streams") == 0);
            await().until(() -> xds.metric("discovery_xds_held_bytes") == 0);
        }
    }
}
