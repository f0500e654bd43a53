package io.discovery.http;

import io.discovery.auth.Client;
import io.vertx.core.http.HttpServerRequest;

/** A handler of gRPC calls. Called on the event loop of the call. */
@FunctionalInterface
public interface GrpcHandler {

    /** @param client may read a service at least */
    void handle(HttpServerRequest call, Client client);
}
