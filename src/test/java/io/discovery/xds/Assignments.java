package io.discovery.xds;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.List;

/** The endpoints in answers. */
final class Assignments {

    private Assignments() {}

    static List<ClusterLoadAssignment> of(DiscoveryResponse answer) {
        return answer.getResourcesList().stream().map(Assignments::of).toList();
    }

    static List<ClusterLoadAssignment> of(DeltaDiscoveryResponse answer) {
        return answer.getResourcesList().stream()
                .map(Resource::getResource)
                .map(Assignments::of)
                .toList();
    }

    static ClusterLoadAssignment of(Any resource) {
        try {
            return resource.unpack(ClusterLoadAssignment.class);
        } catch (InvalidProtocolBufferException wrong) {
            throw new AssertionError(wrong);
        }
    }

    static List<String> addresses(DiscoveryResponse answer) {
        return of(answer).stream().flatMap(each -> addresses(each).stream()).toList();
    }

    static List<String> addresses(ClusterLoadAssignment assignment) {
        return assignment.getEndpointsList().stream()
                .flatMap(locality -> locality.getLbEndpointsList().stream())
                .map(endpoint ->
                        endpoint.getEndpoint().getAddress().getSocketAddress().getAddress())
                .toList();
    }
}
