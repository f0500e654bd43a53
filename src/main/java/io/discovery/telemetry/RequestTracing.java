package io.discovery.telemetry;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** The spans of requests. A member that does not trace has none. Thread-safe; never blocks. */
public interface RequestTracing {

    /**
     * Begins the span of a request, which all parts of its work can find from here on. To be called on the event loop of
     * the request, in its context.
     *
     * @param route the path of the endpoint, with names in place of values
     * @return null if the request is not sampled
     */
    @Nullable
    RequestSpan begin(HttpServerRequest request, String route);

    /** The span of a request. */
    @FunctionalInterface
    interface RequestSpan {

        /** Ends the span, when the response leaves. */
        void end(int status);
    }
}
