package io.discovery.http;

import io.discovery.auth.Client;
import io.discovery.connections.Exchange;
import io.discovery.model.RegistryException.InvalidParameter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        boolean hasRoom = exchange.waits(CrowdedResponses.bytesOf(http));
        if (hasRoom) {
            caller.control().waitBegan(this);
        }
        return hasRoom;
    }

    /** Returns the service that the path names, or else the query first; null if neither does. */
    @Nullable
    String service() {
        try {
            return segments.isEmpty() ? RequestQuery.of(http).first("service") : segments.get(0);
        } catch (InvalidParameter malformed) {
            // The endpoint that reads the query refuses it; others ignore it.
            return null;
        }
    }

    /** Returns the response to a request that may not wait. */
    public Response crowded() {
        return CrowdedResponses.refusal(exchange);
    }
}
