package io.discovery.xds;

import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A member with a client of xDS, for the tests of a class. Each test has services of its own. */
final class XdsMember implements AutoCloseable {

    /** Milliseconds, longer than the member gathers changes: an answer that has not come by then does not come. */
    static final long A_WHILE = 700;

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final TestMember member = TestMember.start(Map.of());
    private final XdsClient xds = new XdsClient();

    /** The name of a service that no other test uses. */
    static String newService() {
        return "payments-" + NUMBERS.incrementAndGet();
    }

    TestClient client() {
        return member.client();
    }

    XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> endpoints() {
        return xds.endpoints(member.port());
    }

    XdsClient.Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaEndpoints() {
        return xds.deltaEndpoints(member.port());
    }

    XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> aggregated() {
        return xds.aggregated(member.port());
    }

    /** Opens many streams on one connection. */
    List<XdsClient.Stream<DiscoveryRequest, DiscoveryResponse>> aggregated(int count) {
        return xds.aggregated(count, member.port());
    }

    XdsClient.Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> deltaAggregated() {
        return xds.deltaAggregated(member.port());
    }

    XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream(String service, String method) {
        return xds.stream(member.port(), service, method);
    }

    @Override
    public void close() {
        xds.close();
        member.close();
    }
}
