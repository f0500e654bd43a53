package io.discovery.xds;

import io.envoyproxy.envoy.config.core.v3.Node;

/**
 * The identity that a client gives in its first request, with texts cut to {@link ClientText#LONGEST}.
 *
 * @param id the client's name for itself; may be empty
 * @param userAgent the client's program
 */
record ClientNode(String id, String cluster, String userAgent) {

    static ClientNode of(Node node) {
        return new ClientNode(
                ClientText.cut(node.getId()),
                ClientText.cut(node.getCluster()),
                ClientText.cut(node.getUserAgentName()));
    }

    /** Returns the memory that the texts take, in bytes. */
    long bytes() {
        return ClientText.bytes(id) + ClientText.bytes(cluster) + ClientText.bytes(userAgent);
    }

    /**
     * Returns whether the client is gRPC, which only knows weights of localities and asks for its listeners by name.
     */
    boolean isGrpc() {
        return userAgent.startsWith("gRPC");
    }
}
