package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.grpc.common.GrpcStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams to a member that has ended all its streams, while its HTTP server still finishes requests. */
class StoppedXdsTest {

    @AutoClose
    private final ServedXds xds = new ServedXds();

    @AutoClose
    private final XdsClient client = new XdsClient();

    @Test
    void aStreamThatIsOpenWithoutASubscriptionEnds() {
        try (var stream = client.endpoints(xds.port())) {
            stream.send(DiscoveryRequest.getDefaultInstance());
            await().until(() -> xds.metric("discovery_xds_streams") == 1);

            xds.stop();

            assertStopped(stream);
        }
    }

    @Test
    void aStreamThatOpensLaterEndsWhenItSubscribes() {
        xds.stop();

        try (var stream = client.endpoints(xds.port())) {
            stream.send(
                    DiscoveryRequest.newBuilder().addResourceNames("payments").build());

            assertStopped(stream);
        }
    }

    private static void assertStopped(XdsClient.Stream<?, ?> stream) {
        assertThat(stream.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
        assertThat(stream.reason()).isEqualTo("this member stops");
    }
}
