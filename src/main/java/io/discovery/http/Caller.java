package io.discovery.http;

import io.discovery.auth.Client;
import io.vertx.core.http.HttpServerRequest;

/**
 * The client of a request, and where it comes from.
 *
 * @param control counts what the client sends
 */
public record Caller(Client client, HttpServerRequest request, ClientControl control) {

    /** Returns the address of the client, of which the headers are read now: most endpoints have no need of it. */
    public ClientAddress address() {
        return control.address(request);
    }

    /**
     * Counts the writes of a request that holds several, beside the first.
     *
     * @throws io.discovery.auth.AuthException.TooManyRequests if the client has sent as many as it may
     */
    public void countMore(int writes) {
        control.countMore(this, writes);
    }
}
