package io.discovery.http;

import io.discovery.auth.Client;
import io.discovery.connections.Exchange;
import io.discovery.http.GrpcCalls.GrpcStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;

/** The way of each call of gRPC to its handler: the client of the call, and room for one more stream. Thread-safe. */
final class GrpcEntry {

    private final ClientIdentification clients;
    private final AuthRefusals refusals;
    private final OpenStreams streams;
    private final GrpcHandler handler;

    GrpcEntry(ClientIdentification clients, AuthRefusals refusals, OpenStreams streams, GrpcHandler handler) {
        this.clients = clients;
        this.refusals = refusals;
        this.streams = streams;
        this.handler = handler;
    }

    /** Serves a call, which goes on until one side ends it. The server of gRPC counts what it holds. */
    void handle(HttpServerRequest call, Exchange exchange) {
        clients.identify(call, GrpcEntry::admit)
                .onComplete(client -> begin(call, exchange, client), refusal -> refuse(call, exchange, refusal));
    }

    private static Future<Client> admit(Client client) {
        client.requireReadSome();
        return Future.succeededFuture(client);
    }

    private void begin(HttpServerRequest call, Exchange exchange, Client client) {
        call.response().endHandler(ended -> {
            streams.ended(call);
            exchange.answered();
        });
        if (exchange.waits(0)) {
            streams.began(call, client);
            handler.handle(call, client);
        } else {
            CrowdedResponses.refuseCall(call.response());
            new ResponseWriter(call.response(), exchange).end();
        }
    }

    private void refuse(HttpServerRequest call, Exchange exchange, Throwable refusal) {
        refusals.count(call, refusal);
        if (exchange.isGone() || call.response().closed()) {
            exchange.answered();
            return;
        }
        call.response().endHandler(ended -> exchange.answered());
        GrpcCalls.refuse(call.response(), GrpcStatus.of(refusal), String.valueOf(refusal.getMessage()));
        new ResponseWriter(call.response(), exchange).end();
    }
}
