package io.discovery.http;

import io.discovery.auth.Client;
import java.util.List;

/**
 * Grants that requests need, as the table of src/docs/security.md lists them. The service is the first segment at a name of
 * the endpoint's path.
 */
public enum Access {
    /** Any client may, also one whose proof is not good. */
    OPEN("none"),
    READ_SERVICE("read, of the service"),
    READ_ALL("read, of all services"),
    /** The services are the values of {@code service} in the query; without one, all. */
    READ_NAMED("read, of the services that `?service=` names, else of all"),
    /** The response leaves out services that the client may not read. */
    READ_SOME("read; services that it may not read look empty"),
    WRITE_SERVICE("write, of the service"),
    /** The handler checks each service of the request. */
    WRITE_SOME("write, of each service in it"),
    ADMIN("admin");

    private final String text;

    Access(String text) {
        this.text = text;
    }

    /** Returns the words of the table. */
    public String text() {
        return text;
    }

    /** Returns whether a request changes nothing, whatever its method. */
    boolean isRead() {
        return this == READ_SERVICE || this == READ_ALL || this == READ_SOME;
    }

    /** Returns whether a request changes the registry. */
    boolean isWrite() {
        return this == WRITE_SERVICE || this == WRITE_SOME;
    }

    /**
     * Checks a request.
     *
     * @throws io.discovery.auth.AuthException if its client may not send it
     */
    void require(EndpointRequest request) {
        Client client = request.client();
        switch (this) {
            case OPEN -> {}
            case READ_SERVICE -> client.requireRead(request.segment(0));
            case READ_ALL -> client.requireReadAll();
            case READ_NAMED -> requireNamed(request, client);
            case READ_SOME -> client.requireReadSome();
            case WRITE_SERVICE -> client.requireWrite(request.segment(0));
            case WRITE_SOME -> client.requireWriteSome();
            case ADMIN -> client.requireAdmin();
        }
    }

    private static void requireNamed(EndpointRequest request, Client client) {
        List<String> services = RequestQuery.of(request.http()).all("service");
        services.forEach(client::requireRead);
        if (services.isEmpty()) {
            client.requireReadAll();
        }
    }
}
