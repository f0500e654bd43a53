package io.discovery.xds;

import com.google.rpc.Status;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;

/** Requests of a client that asks for the state of the world, and the names of the types. */
final class Requests {

    private static final String TYPES = "type.googleapis.com/envoy.config.";
    static final String LISTENERS = TYPES + "listener.v3.Listener";
    static final String ROUTES = TYPES + "route.v3.RouteConfiguration";
    static final String CLUSTERS = TYPES + "cluster.v3.Cluster";
    static final String ENDPOINTS = TYPES + "endpoint.v3.ClusterLoadAssignment";
    static final String UNKNOWN = "type.googleapis.com/envoy.service.runtime.v3.Runtime";

    private Requests() {}

    /** The first request of a stream for a type. */
    static DiscoveryRequest first(String type, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(type)
                .addAllResourceNames(List.of(names))
                .build();
    }

    /** Acknowledges an answer and subscribes to these names. */
    static DiscoveryRequest ack(DiscoveryResponse answer, String... names) {
        return dropping(answer, names).toBuilder()
                .setVersionInfo(answer.getVersionInfo())
                .build();
    }

    /** Rejects an answer with a reason. */
    static DiscoveryRequest rejection(DiscoveryResponse answer, String reason, String... names) {
        return dropping(answer, names).toBuilder()
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage(reason))
                .build();
    }

    /** Replies to an answer and names no version, as a client that has dropped it. */
    static DiscoveryRequest dropping(DiscoveryResponse answer, String... names) {
        return DiscoveryRequest.newBuilder()
                .setTypeUrl(answer.getTypeUrl())
                .setResponseNonce(answer.getNonce())
                .addAllResourceNames(List.of(names))
                .build();
    }
}
