package io.discovery.xds;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kinds of resources that are served, in the order in which changes of several are sent. */
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

    /** As in paths and answers for people. */
    String plural() {
        return plural;
    }

    /**
     * Whether an answer of the state of the world holds everything subscribed, so that what is missing is deleted, and naming
     * nothing means to subscribe to all. The others may come one by one.
     */
    boolean isComplete() {
        return isComplete;
    }

    /**
     * What a request is about.
     *
     * @param url as the request says it; may be empty on a stream of one type
     * @param only the type of the stream; null if it has all
     * @return null for a type that is not served here
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
