package io.discovery.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Streams as long as they are open, those of events and of gRPC, and reads as long as they wait, with their clients. An
 * entry takes about 150 bytes, of the 8 kB for which a request that waits counts. Thread-safe.
 */
final class OpenStreams {

    /** RFC 9113, 7: the stream is no longer needed. Clients open another, and hear why they may not. */
    private static final long CANCEL = 8;

    private final Map<HttpServerRequest, Open> all = new ConcurrentHashMap<>();

    /** The way in which a client waits. */
    enum Form {
        EVENTS,
        /** The server of gRPC describes its streams itself. */
        GRPC,
        READ
    }

    /** @param service null for all */
    private record Open(Caller caller, Form form, @Nullable String service, Instant since) {}

    /** @param service null for all, and for a stream of gRPC */
    void began(HttpServerRequest request, Caller caller, Form form, @Nullable String service) {
        all.put(request, new Open(caller, form, service, Instant.now()));
    }

    /** Removes a request, and returns the client if it was a stream; null for another. */
    @Nullable
    Caller ended(HttpServerRequest request) {
        Open ended = all.remove(request);
        return ended == null || ended.form == Form.READ ? null : ended.caller;
    }

    /** Ends the streams of clients that do not pass. */
    void keep(Predicate<Caller> mayGoOn) {
        all.forEach((request, open) -> {
            if (open.form != Form.READ && !mayGoOn.test(open.caller)) {
                ((HttpServerRequestInternal) request)
                        .context()
                        .runOnContext(now -> request.response().reset(CANCEL));
            }
        });
    }

    /** Returns the number of requests that wait in this form; walks over all. */
    int count(Form form) {
        return (int) all.values().stream().filter(open -> open.form == form).count();
    }

    /** Returns some of the clients that wait in this form. */
    List<WaitingClient> list(Form form, int most) {
        return all.entrySet().stream()
                .filter(each -> each.getValue().form == form)
                .limit(most)
                .map(each -> describe(each.getKey(), each.getValue()))
                .toList();
    }

    private static WaitingClient describe(HttpServerRequest request, Open open) {
        String identity = open.caller.client().identity().name();
        return new WaitingClient(
                open.caller.address().endpoint(),
                identity.isEmpty() ? null : identity,
                open.service,
                open.since,
                kind(String.valueOf(request.path())));
    }

    private static String kind(String path) {
        String[] words = path.split("/", -1);
        return words.length > 2 ? words[2] : path;
    }
}
