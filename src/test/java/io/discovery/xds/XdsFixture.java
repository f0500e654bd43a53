package io.discovery.xds;

import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.Map;

/** An xDS server with a client, for one test. */
final class XdsFixture implements AutoCloseable {

    /** Milliseconds, longer than a stream gathers changes: an answer that has not come by then does not come. */
    static final long A_WHILE = 700;

    /** The tags that lyft/discovery requires, as JSON text by key. */
    private static final Map<String, String> TAGS = Map.of("az", "\"a\"", "region", "\"r\"", "instance_id", "\"i\"");

    private final ServedXds served = new ServedXds();
    private final XdsClient xds = new XdsClient();

    /** Lists a host of a service, or renews it, and tells the clients that follow it. */
    void register(String service, String address) {
        register(service, address, TAGS);
    }

    /** @param tags JSON text by key */
    void register(String service, String address, Map<String, String> tags) {
        served.register(service, address, tags);
    }

    /** Removes a host, and tells the clients that follow its service. */
    void deregister(String service, String address) {
        served.deregister(service, address);
    }

    double metric(String name) {
        return served.metric(name);
    }

    /** Returns the page of clients. */
    String clients() {
        return served.page(Integer.MAX_VALUE);
    }

    XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> endpoints() {
        return xds.endpoints(served.port());
    }

    XdsClient.Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaEndpoints() {
        return xds.deltaEndpoints(served.port());
    }

    XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> aggregated() {
        return xds.aggregated(served.port());
    }

    XdsClient.Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaAggregated() {
        return xds.deltaAggregated(served.port());
    }

    XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream(String service, String method) {
        return xds.stream(served.port(), service, method);
    }

    @Override
    public void close() {
        xds.close();
        served.close();
    }
}
