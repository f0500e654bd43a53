package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stream that is open while the member puts together what it missed in a split. */
class HeldStreamTest {

    private static final String NAMES = "discovery_xds_held_bytes";

    @Test
    void whoAsksMeanwhileIsAnsweredWithWhatThereIsInTheEnd() {
        try (ServedXds xds = new ServedXds();
                XdsClient client = new XdsClient();
                var stream = client.endpoints(xds.port())) {
            xds.register("known");
            stream.send(request("known").build());
            DiscoveryResponse first = stream.next();
            long before = xds.metric(NAMES);

            xds.hold();
            stream.send(request("known", "missed")
                    .setVersionInfo(first.getVersionInfo())
                    .setResponseNonce(first.getNonce())
                    .build());
            await().until(() -> xds.metric(NAMES) > before);
            xds.register("missed");
            xds.release();

            assertThat(missed(stream.next())).hasSize(1).allMatch(assignment -> assignment.getEndpointsCount() == 1);
        }
    }

    @Test
    void aMemberThatStandsStillWhileItMakesAResponseEndsTheStream() {
        try (ServedXds xds = new ServedXds();
                XdsClient client = new XdsClient();
                var stream = client.endpoints(xds.port())) {
            xds.register("known");

            xds.standStillInNextRead();
            stream.send(request("known").build());

            assertThat(stream.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
        }
    }

    private static DiscoveryRequest.Builder request(String... names) {
        return DiscoveryRequest.newBuilder().addAllResourceNames(List.of(names));
    }

    private static List<ClusterLoadAssignment> missed(DiscoveryResponse answer) {
        return Assignments.of(answer).stream()
                .filter(assignment -> assignment.getClusterName().equals("missed"))
                .toList();
    }
}
