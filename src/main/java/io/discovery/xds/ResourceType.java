package io.discovery.xds;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The types of resources that this member serves, in the order in which it sends changes of several types. */
enum ResourceType {
    CLUSTER("envoy.config.cluster.v3.Cluster", "clusters", true),
    ENDPOINT("envoy.config.endpoint.v3.ClusterLoadAssignment", "endpoints", false),
    LISTENER("envoy.config.listener.v3.Listener", "listeners", true),
    ROUTE("envoy.config.route.v3.RouteConfiguration", "routes", false);

    private final String url;
    private final String plural;
    private final boolean isComplete;

    ResourceType(String message, String plural, boolean isComplete) {
        this.url = "type.googleapis.com/" + message;
        this.plural = plural;
        this.isComplete = isComplete;
    }

    String url() {
        return url;
    }

    /** Name in paths and in GET /v1/xds/clients. */
    String plural() {
        return plural;
    }

    /**
     * Returns whether a response of the state of the world holds every subscribed resource, so that clients delete the
     * missing ones, and a request without names subscribes to all. Responses of the other types may hold a part.
     */
    boolean isComplete() {
        return isComplete;
    }

    /**
     * Returns the type of a request.
     *
     * @param url the request's type; may be empty on a stream of one type
     * @param only the type of the stream; null if it has all
     * @return null for a type that this member does not serve
     */
    static @Nullable ResourceType asked(String url, @Nullable ResourceType only) {
        if (only != null) {
            return url.isEmpty() || url.equals(only.url) ? only : null;
        }
        return Stream.of(values())
                .filter(type -> type.url.equals(url))
                .findFirst()
                .orElse(null);
    }
}
