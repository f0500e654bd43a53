package io.discovery.tracing;

import io.discovery.telemetry.RequestTracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The spans of requests, by OpenTelemetry's conventions for HTTP. A span has the path, and neither the query nor a header:
 * those may hold secrets. Thread-safe.
 */
final class RequestSpans implements RequestTracing {

    private static final String PARENT = "traceparent";
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> PROTOCOL = AttributeKey.stringKey("network.protocol.version");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final int LEAST_FAULT = 500;

    /**
     * Reads one header of the caller's trace. Its tracestate may be as long as all headers may, each span would keep it, and
     * a member calls no other program that it could be for.
     */
    private static final TextMapGetter<MultiMap> HEADERS =
            (headers, name) -> headers == null || !name.equals(PARENT) ? null : headers.get(PARENT);

    private final Tracer tracer;
    private final BooleanSupplier isScarce;

    /** @param isScarce whether the heap has no room for spans */
    RequestSpans(Tracer tracer, BooleanSupplier isScarce) {
        this.tracer = tracer;
        this.isScarce = isScarce;
    }

    @Override
    public @Nullable RequestSpan begin(HttpServerRequest request, String route) {
        Context caller = callerOf(request.headers());
        String method = request.method().name();
        Span span = tracer.spanBuilder(method + " " + route)
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .startSpan();
        if (!span.isRecording() || isScarce.getAsBoolean()) {
            return null;
        }
        span.setAttribute(METHOD, method)
                .setAttribute(ROUTE, route)
                .setAttribute(PATH, request.path())
                .setAttribute(SCHEME, request.isSSL() ? "https" : "http")
                .setAttribute(PROTOCOL, request.version() == HttpVersion.HTTP_2 ? "2" : "1.1");
        CurrentTrace.begin(((HttpServerRequestInternal) request).context(), caller.with(span));
        return status -> end(span, status);
    }

    /** Returns the trace that the caller has begun; none if its header is not valid. */
    static Context callerOf(MultiMap headers) {
        return headers.contains(PARENT)
                ? W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, HEADERS)
                : Context.root();
    }

    private static void end(Span span, int status) {
        span.setAttribute(STATUS, (long) status);
        if (status >= LEAST_FAULT) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }
}
