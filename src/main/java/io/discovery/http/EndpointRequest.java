package io.discovery.http;

import io.discovery.auth.Client;
import io.discovery.connections.Exchange;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * A request to an endpoint. Confined to the event loop of the request.
 *
 * @param caller has the grants that the endpoint's {@link Access} asks for
 * @param segments decoded, in the order of the names in the endpoint's path
 * @param body whole; empty for GET and DELETE
 */
public record EndpointRequest(
        HttpServerRequest http, Exchange exchange, Caller caller, List<String> segments, Buffer body) {

    public EndpointRequest {
        segments = List.copyOf(segments);
    }

    EndpointRequest with(Buffer whole) {
        return new EndpointRequest(http, exchange, caller, segments, whole);
    }

    public Client client() {
        return caller.client();
    }

    /** Returns the address of the client, of which the headers are read now: most endpoints have no need of it. */
    public ClientAddress clientAddress() {
        return caller.address();
    }

    EndpointRequest by(Caller identified) {
        return new EndpointRequest(http, exchange, identified, segments, body);
    }

    /** Returns the segment of the path at one of the names in the endpoint's path, the first of which is 0. */
    public String segment(int index) {
        return segments.get(index);
    }

    /** Returns whether the client is gone, so that no work for it needs to begin. */
    public boolean isGone() {
        return http.response().closed();
    }

    /**
     * Makes the request wait for something to happen.
     *
     * @return false if as many requests wait as may: {@link #crowded} is the response
     */
    public boolean waits() {
        return exchange.waits(CrowdedResponses.bytesOf(http));
    }

    /** Returns the response to a request that may not wait. */
    public Response crowded() {
        return CrowdedResponses.refusal(exchange);
    }
}
