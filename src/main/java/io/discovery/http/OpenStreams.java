package io.discovery.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Streams as long as they are open, those of /v1/watch and of gRPC, with their clients. Thread-safe. */
final class OpenStreams {

    /** RFC 9113, 7: the stream is no longer needed. Clients open another, and hear why they may not. */
    private static final long CANCEL = 8;

    private final Map<HttpServerRequest, Caller> streams = new ConcurrentHashMap<>();

    void began(HttpServerRequest request, Caller caller) {
        streams.put(request, caller);
    }

    /** Returns the client of a stream that has ended; null if it is none. */
    @Nullable
    Caller ended(HttpServerRequest request) {
        return streams.remove(request);
    }

    /** Ends the streams of clients that do not pass. */
    void keep(Predicate<Caller> mayGoOn) {
        streams.forEach((request, caller) -> {
            if (!mayGoOn.test(caller)) {
                ((HttpServerRequestInternal) request)
                        .context()
                        .runOnContext(now -> request.response().reset(CANCEL));
            }
        });
    }
}
