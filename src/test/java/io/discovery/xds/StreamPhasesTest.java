package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestMember;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Streams to a member that has not loaded everything, and to one that stops: both send the client to another member.
 */
class StreamPhasesTest {

    private static final DiscoveryRequest REQUEST = DiscoveryRequest.newBuilder()
            .setTypeUrl("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment")
            .addResourceNames("payments")
            .build();

    @Test
    void aMemberThatIsNotWarmIsUnavailable() {
        try (TestMember warming =
                        TestMember.startWithoutWaiting(Map.of("CLUSTER_MIN_MEMBERS", "2", "JOIN_WAIT_SECONDS", "60"));
                XdsClient xds = new XdsClient();
                var stream = xds.aggregated(warming.port())) {
            stream.send(REQUEST);

            assertThat(stream.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
            assertThat(stream.reason()).isEqualTo("waiting for other members: 1 of at least 2 are here");
            assertThat(stream.waiting()).isZero();
            String same = "{\"resource_names\": [\"payments\"]}";
            assertThat(warming.client()
                            .post("/v3/discovery:endpoints", "application/json", same)
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    void aMemberThatStopsSaysSo() {
        TestMember member = TestMember.start(Map.of("SHUTDOWN_DELAY_SECONDS", "0"));
        try (XdsClient xds = new XdsClient();
                var stream = xds.aggregated(member.port())) {
            stream.send(REQUEST);
            stream.next();

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(member::close);

            assertThat(stream.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
            assertThat(stream.reason()).isEqualTo("this member stops");
            stopped.join();
        }
    }
}
