package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CapturedLog;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.grpc.common.GrpcStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Streams that end: the client ends them, they fail, or the member ends all, while its HTTP server still finishes requests. */
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
            assertThat(xds.xds().streams()).isEqualTo(1);

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

    @Test
    void aStreamWhoseClientEndsItEndsWithoutError() {
        try (var stream = client.endpoints(xds.port())) {
            stream.send(DiscoveryRequest.getDefaultInstance());

            stream.end();

            assertThat(stream.status()).isEqualTo(GrpcStatus.OK);
            await().until(() -> xds.metric("discovery_xds_streams") == 0);
        }
    }

    /** The client may ask another member, and a person finds the reason in the log. */
    @Test
    void aStreamThatFailsEnds() {
        try (CapturedLog log = CapturedLog.of(Xds.class);
                var stream = client.endpoints(xds.port())) {
            xds.register("payments");
            xds.failNextRead();

            stream.send(
                    DiscoveryRequest.newBuilder().addResourceNames("payments").build());

            assertThat(stream.status()).isEqualTo(GrpcStatus.INTERNAL);
            assertThat(stream.reason()).isEqualTo("the stream failed; the log of the member says more");
            assertThat(log.messages()).anyMatch(line -> line.matches("the stream of .* failed"));
        }
    }

    private static void assertStopped(XdsClient.Stream<?, ?> stream) {
        assertThat(stream.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
        assertThat(stream.reason()).isEqualTo("this member stops");
    }
}
