package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import io.discovery.telemetry.Meters;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;

/** A variant of the protocol without sockets: responses, and what is counted for a stream at each moment. */
abstract class ProtocolFixture {

    static final Node ENVOY =
            Node.newBuilder().setId("edge").setUserAgentName("envoy").build();
    static final Node GRPC =
            Node.newBuilder().setId("caller").setUserAgentName("gRPC Java").build();

    final StreamMember member = new StreamMember();

    @AutoClose
    final Meters meters = new Meters();

    @AfterEach
    void nothingIsLeft() {
        member.close();
        assertThat(member.counted()).isZero();
        assertThat(member.subscriptions()).isZero();
    }

    static DiscoveryRequest.Builder request(ResourceType type) {
        return DiscoveryRequest.newBuilder().setTypeUrl(type.url()).setNode(ENVOY);
    }

    static DeltaDiscoveryRequest.Builder delta(ResourceType type) {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(type.url()).setNode(ENVOY);
    }

    static Status error(String reason) {
        return Status.newBuilder().setMessage(reason).build();
    }

    /** Handles a request, and returns the responses to it. */
    <Q, R> List<R> exchange(Protocol<Q, R> protocol, Q request) {
        protocol.received(request);
        return responses(protocol);
    }

    <R> List<R> responses(Protocol<?, R> protocol) {
        List<R> responses = new ArrayList<>();
        while (protocol.owes()) {
            R response = protocol.next();
            if (response != null) {
                responses.add(response);
            }
        }
        assertThat(member.counted()).isEqualTo(StreamMember.held(protocol));
        return responses;
    }

    <R> List<R> changed(Protocol<?, R> protocol, String service, String address) {
        member.register(service, address);
        protocol.changed(Set.of(service));
        return responses(protocol);
    }

    long metric(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith("discovery_xds_" + name + "_total "))
                .mapToLong(line -> Math.round(Double.parseDouble(line.substring(line.lastIndexOf(' ')))))
                .findFirst()
                .orElseThrow();
    }

    static List<String> names(DeltaDiscoveryResponse response) {
        return response.getResourcesList().stream().map(Resource::getName).toList();
    }
}
