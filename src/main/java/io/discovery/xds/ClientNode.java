package io.discovery.xds;

import io.envoyproxy.envoy.config.core.v3.Node;

/**
 * What a client says of itself in its first request.
 *
 * <p>Texts are cut to {@link ClientText#LONGEST}.
 *
 * @param id its own name for itself; may be empty
 * @param userAgent the program
 */
record ClientNode(String id, String cluster, String userAgent) {

    static ClientNode of(Node node) {
        return new ClientNode(
                ClientText.cut(node.getId()),
                ClientText.cut(node.getCluster()),
                ClientText.cut(node.getUserAgentName()));
    }

    /** Bytes that it takes. */
    long bytes() {
        return ClientText.bytes(id) + ClientText.bytes(cluster) + ClientText.bytes(userAgent);
    }

    /** gRPC knows weights of localities only, and asks for its listeners by name. */
    boolean isGrpc() {
        return userAgent.startsWith("gRPC");
    }
}
