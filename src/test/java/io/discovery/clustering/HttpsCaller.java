package io.discovery.clustering;

import io.discovery.testing.ClientIdentity;

/** A client of HTTPS that sends one request after the other, each once. Its requests are one thread's. */
interface HttpsCaller extends AutoCloseable {

    /** @param status 0 if there was no answer; the body then says why */
    record Answer(int status, String body) {

        static Answer none(Exception why) {
            return new Answer(0, why.toString());
        }
    }

    /**
     * Sends a request.
     *
     * @param form the body; empty for none
     * @param token sent as a proof
     */
    Answer call(String method, String path, String form, String token);

    /** Takes over what new connections show and believe; from any thread. */
    void become(ClientIdentity next);

    /** Returns the number of connections it has opened; from any thread. */
    int connections();

    @Override
    void close();
}
