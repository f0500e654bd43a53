package io.discovery.http;

import io.discovery.auth.Client;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Streams of clients that have shown who they are, as long as they are open: those of /v1/watch and of gRPC. A stream
 * ends when AUTH_FILE no longer holds what its client has shown. Thread-safe.
 */
public final class OpenStreams {

    /** RFC 9113, 7: the stream is no longer needed. Clients open another, and hear why they may not. */
    private static final long CANCEL = 8;

    private final Map<HttpServerRequest, Client> streams = new ConcurrentHashMap<>();

    void began(HttpServerRequest request, Client client) {
        if (!client.equals(Client.TRUSTED)) {
            streams.put(request, client);
        }
    }

    void ended(HttpServerRequest request) {
        streams.remove(request);
    }

    /** Ends the streams of clients that do not pass. */
    public void keep(Predicate<Client> mayGoOn) {
        streams.forEach((request, client) -> {
            if (!mayGoOn.test(client)) {
                ((HttpServerRequestInternal) request)
                        .context()
                        .runOnContext(now -> request.response().reset(CANCEL));
            }
        });
    }
}
