package io.discovery.sse;

import io.discovery.http.Response;
import io.discovery.http.ResponseWriter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The beginnings of streams. */
public final class SseResponse {

    private static final List<Response.Header> HEADERS = List.of(
            new Response.Header(HttpHeaders.CONTENT_TYPE, "text/event-stream"),
            new Response.Header(HttpHeaders.CACHE_CONTROL, "no-store"),
            // nginx would keep events until it has a buffer full of them.
            new Response.Header("X-Accel-Buffering", "no"));

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    /**
     * Minimum and maximum delay before a client reconnects, in milliseconds: not all at once when a member has ended.
     */
    private static final int EARLIEST_RETRY = 1_000;

    private static final int LATEST_RETRY = 3_000;

    private SseResponse() {}

    /** Returns a response that goes on until its client or this member ends it. */
    public static Response of(Consumer<ResponseWriter> begin) {
        return Response.endless(HEADERS, begin);
    }

    /** Returns the id of the last event that the client has; null if it has none. */
    public static @Nullable String lastEventId(HttpServerRequest request) {
        return request.getHeader(LAST_EVENT_ID);
    }

    /** Returns the delay before a client reconnects, in milliseconds. */
    public static int retryMillis() {
        return ThreadLocalRandom.current().nextInt(EARLIEST_RETRY, LATEST_RETRY + 1);
    }
}
