package io.discovery.http;

import io.discovery.connections.Exchange;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** The first handler of each request: it tells calls of gRPC from requests to endpoints. Thread-safe. */
final class RequestHandler implements Handler<HttpServerRequest> {

    private final Handler<HttpServerRequest> grpc;
    private final EndpointRouter router;
    private final EndpointHandler endpoints;

    RequestHandler(Handler<HttpServerRequest> grpc, EndpointRouter router, EndpointHandler endpoints) {
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
            call(request, exchange);
        } else {
            endpoints.refuse(request, exchange, refusal);
        }
    }

    /** Serves a call of gRPC, which goes on until one side ends it. The server of gRPC counts what it holds. */
    private void call(HttpServerRequest request, Exchange exchange) {
        request.response().endHandler(ended -> exchange.answered());
        if (exchange.waits(0)) {
            grpc.handle(request);
        } else {
            CrowdedResponses.refuseCall(request.response());
            new ResponseWriter(request.response(), exchange).end();
        }
    }
}
