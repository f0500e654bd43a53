package io.discovery.http;

import io.discovery.auth.Client;
import io.discovery.connections.Exchange;
import io.discovery.http.GrpcCalls.GrpcStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** The way of each call of gRPC to its handler: the client of the call, and room for one more stream. Thread-safe. */
final class GrpcEntry {

    private final ClientControl clients;
    private final GrpcHandler handler;

    GrpcEntry(ClientControl clients, GrpcHandler handler) {
        this.clients = clients;
        this.handler = handler;
    }

    /** Error code of RFC 9113, 7. */
    private static final long INTERNAL_ERROR = 2;

    /** Serves a call, which goes on until one side ends it. The server of gRPC counts what it holds. */
    void handle(HttpServerRequest call, Exchange exchange) {
        clients.identify(call, caller -> admit(call, caller))
                .onComplete(client -> begin(call, exchange, client), refusal -> refuse(call, exchange, refusal));
    }

    private Future<Client> admit(HttpServerRequest call, Caller caller) {
        caller.client().requireReadSome();
        clients.count(Access.READ_SOME, caller);
        clients.callBegan(call, caller);
        return Future.succeededFuture(caller.client());
    }

    private void begin(HttpServerRequest call, Exchange exchange, Client client) {
        if (exchange.isGone() || call.response().closed()) {
            end(call, exchange);
            return;
        }
        call.response().endHandler(ended -> end(call, exchange));
        if (exchange.waits(0)) {
            try {
                handler.handle(call, client);
            } catch (RuntimeException fault) {
                call.response().reset(INTERNAL_ERROR);
                throw fault;
            }
        } else {
            CrowdedResponses.refuseCall(call.response());
            new ResponseWriter(call.response(), exchange).end();
        }
    }

    private void end(HttpServerRequest call, Exchange exchange) {
        clients.ended(call);
        exchange.answered();
    }

    private void refuse(HttpServerRequest call, Exchange exchange, Throwable refusal) {
        clients.refused(call, List.of(), refusal, GrpcStatus.of(refusal).name());
        if (exchange.isGone() || call.response().closed()) {
            exchange.answered();
            return;
        }
        call.response().endHandler(ended -> exchange.answered());
        GrpcCalls.refuse(call.response(), GrpcStatus.of(refusal), String.valueOf(refusal.getMessage()));
        new ResponseWriter(call.response(), exchange).end();
    }
}
