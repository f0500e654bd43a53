package io.discovery.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * What other packages answer beside the registry's own API.
 *
 * @param grpc takes every gRPC call, and answers it itself
 */
public record Branches(List<Branch> branches, Handler<HttpServerRequest> grpc) {

    public Branches {
        branches = List.copyOf(branches);
    }

    /** Where the path leads. */
    Route of(String decodedPath) {
        Route own = Route.of(decodedPath);
        if (own != Route.NOWHERE) {
            return own;
        }
        for (Branch branch : branches) {
            if (branch.leadsTo(decodedPath)) {
                return branch;
            }
        }
        return Route.NOWHERE;
    }
}
