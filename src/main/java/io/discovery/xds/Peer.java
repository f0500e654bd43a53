package io.discovery.xds;

import io.envoyproxy.envoy.config.core.v3.Node;

/**
 * What a client says of itself in its first request.
 *
 * @param id its own name for itself; may be empty
 * @param userAgent the program
 */
record Peer(String id, String cluster, String userAgent) {

    static Peer of(Node node) {
        return new Peer(node.getId(), node.getCluster(), node.getUserAgentName());
    }

    /** gRPC knows weights of localities only, and asks for its listeners by name. */
    boolean isGrpc() {
        return userAgent.startsWith("gRPC");
    }
}
