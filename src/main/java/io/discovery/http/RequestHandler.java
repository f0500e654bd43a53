package io.discovery.http;

import io.discovery.connections.Exchange;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** The first handler of each request: it tells calls of gRPC from requests to endpoints. Thread-safe. */
final class RequestHandler implements Handler<HttpServerRequest> {

    private final GrpcEntry grpc;
    private final EndpointRouter router;
    private final EndpointHandler endpoints;

    RequestHandler(GrpcEntry grpc, EndpointRouter router, EndpointHandler endpoints) {
        this.grpc = grpc;
        this.router = router;
        this.endpoints = endpoints;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (!GrpcCalls.isOne(request)) {
            router.handle(request);
            return;
        }
        Exchange exchange = EndpointHandler.begin(request);
        if (exchange == null) {
            return;
        }
        Response refusal = GrpcCalls.refusal(request);
        if (refusal == null) {
            grpc.handle(request, exchange);
        } else {
            endpoints.refuse(request, exchange, refusal);
        }
    }
}
