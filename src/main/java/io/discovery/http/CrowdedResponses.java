package io.discovery.http;

import io.discovery.connections.Exchange;
import io.discovery.connections.HeadCost;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Refusals of requests that would wait where as many wait as may: the client is to come again later, or to ask another
 * member.
 */
final class CrowdedResponses {

    private static final String ELSEWHERE = "; ask another member, or without waiting";

    private static final String MESSAGE = "crowded: as many requests wait for changes here as may" + ELSEWHERE;

    /** Seconds, different for each: clients that are refused together must not come back together. */
    private static final int EARLIEST_RETRY = 5;

    private static final int LATEST_RETRY = 15;

    private CrowdedResponses() {}

    /** Returns the refusal of a request. */
    static Response refusal(Exchange exchange) {
        String scarce = exchange.whyScarce();
        int seconds = ThreadLocalRandom.current().nextInt(EARLIEST_RETRY, LATEST_RETRY + 1);
        return ErrorResponses.error(503, scarce == null ? MESSAGE : "crowded: " + scarce + ELSEWHERE)
                .with(HttpHeaders.RETRY_AFTER, Integer.toString(seconds));
    }

    /** Writes the head of the refusal of a call of gRPC. */
    static void refuseCall(HttpServerResponse response) {
        GrpcCalls.refuse(response, GrpcCalls.GrpcStatus.UNAVAILABLE, MESSAGE);
    }

    /** Returns the bytes that a request holds while it waits: its own objects, and its head. */
    static long bytesOf(HttpServerRequest request) {
        return Exchange.COST + HeadCost.of(request);
    }
}
