package io.discovery.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * What other packages answer beside the registry's own API.
 *
 * @param grpc takes every gRPC call, and answers it itself
 */
public record HttpEndpoints(List<HttpEndpoint> branches, Handler<HttpServerRequest> grpc) {

    public HttpEndpoints {
        branches = List.copyOf(branches);
    }

    /** Where the path leads. */
    Route of(String decodedPath) {
        Route own = Route.of(decodedPath);
        if (own != Route.NOWHERE) {
            return own;
        }
        for (HttpEndpoint branch : branches) {
            if (branch.leadsTo(decodedPath)) {
                return branch;
            }
        }
        return Route.NOWHERE;
    }
}
