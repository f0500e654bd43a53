package io.discovery.xds;

import static io.discovery.xds.Requests.ENDPOINTS;
import static io.discovery.xds.Requests.first;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The locality, the weight and the canary mark of an endpoint come from the tags of its instance. */
class EndpointTagsTest {

    @AutoClose
    private final XdsFixture xds = new XdsFixture();

    private final String service = "payments";

    @AutoClose
    private final XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = xds.endpoints();

    @Test
    void localityWeightAndCanaryComeFromTheTags() {
        register("127.0.0.2", "a", Map.of("load_balancing_weight", "30", "canary", "true"));
        register("127.0.0.3", "a", Map.of("canary", "false"));
        register("127.0.0.4", "b", Map.of("load_balancing_weight", "\"heavy\""));
        stream.send(first(ENDPOINTS, service));

        ClusterLoadAssignment assignment = Assignments.of(stream.next()).get(0);

        assertThat(assignment.getEndpointsList())
                .extracting(locality -> locality.getLocality().getRegion() + "/"
                        + locality.getLocality().getZone()
                        + locality.getLocality().getSubZone() + " "
                        + locality.getLoadBalancingWeight().getValue())
                .containsExactly("r/a 31", "r/b 1");
        assertThat(assignment.getEndpoints(0).getLbEndpointsList())
                .extracting(LbEndpoint::getLoadBalancingWeight)
                .extracting(weight -> weight.getValue())
                .containsExactly(30, 1);
        assertThat(assignment.getEndpoints(0).getLbEndpointsList())
                .extracting(endpoint -> endpoint.getMetadata()
                        .getFilterMetadataOrThrow("envoy.lb")
                        .getFieldsOrThrow("canary")
                        .getBoolValue())
                .containsExactly(true, false);
    }

    /** They know the weights of localities only. */
    @Test
    void clientsOfGrpcGetALocalityForEachWeight() {
        register("127.0.0.2", "a", Map.of("load_balancing_weight", "30"));
        register("127.0.0.3", "a", Map.of("load_balancing_weight", "10"));
        register("127.0.0.4", "a", Map.of("load_balancing_weight", "10"));
        stream.send(first(ENDPOINTS, service).toBuilder()
                .setNode(Node.newBuilder().setUserAgentName("gRPC Java"))
                .build());

        ClusterLoadAssignment assignment = Assignments.of(stream.next()).get(0);

        assertThat(assignment.getEndpointsList())
                .extracting(locality -> locality.getLocality().getSubZone() + " "
                        + locality.getLoadBalancingWeight().getValue())
                .containsExactly("w30 30", "w10 20");
    }

    private void register(String ip, String az, Map<String, String> others) {
        Map<String, String> tags = new HashMap<>(others);
        tags.put("az", "\"" + az + "\"");
        tags.put("region", "\"r\"");
        xds.register(service, ip, tags);
    }
}
