package io.discovery.http;

import io.discovery.connections.Exchange;
import io.discovery.connections.HeadCost;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.ThreadLocalRandom;

/** What becomes of a request that would wait where as many wait as may: it is to come again later, or to another member. */
final class CrowdedResponses {

    private static final String ELSEWHERE = "; ask another member, or without waiting";

    private static final String MESSAGE = "crowded: as many requests wait for changes here as may" + ELSEWHERE;

    /** Seconds, not the same for all: those who are refused together are not to come back together. */
    private static final int EARLIEST_RETRY = 5;

    private static final int LATEST_RETRY = 15;

    private static final int GRPC_UNAVAILABLE = 14;

    private CrowdedResponses() {}

    static Response refusal(Exchange exchange) {
        String scarce = exchange.whyScarce();
        int seconds = ThreadLocalRandom.current().nextInt(EARLIEST_RETRY, LATEST_RETRY + 1);
        return ErrorResponses.error(503, scarce == null ? MESSAGE : "crowded: " + scarce + ELSEWHERE)
                .with(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
    }

    /** The same to a call of gRPC, in its words. */
    static void refuseCall(HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, "application/grpc")
                .putHeader("grpc-status", Integer.toString(GRPC_UNAVAILABLE))
                .putHeader("grpc-message", MESSAGE);
    }

    /** What a request holds while it waits: its own objects, and its head. */
    static long bytesOf(HttpServerRequest request) {
        return Exchange.COST + HeadCost.of(request);
    }
}
