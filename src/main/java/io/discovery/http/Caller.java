package io.discovery.http;

import io.discovery.auth.Client;

/**
 * The client of a request, and where it comes from.
 *
 * @param address from which the client comes for certain
 * @param control counts what the client sends
 */
public record Caller(Client client, String address, ClientControl control) {

    /**
     * Counts the writes of a request that holds several, beside the first.
     *
     * @throws io.discovery.auth.AuthException.TooManyRequests if the client has sent as many as it may
     */
    public void countMore(int writes) {
        control.countMore(this, writes);
    }
}
