package io.discovery.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

/** The trace that a caller has begun, as its headers have it. */
class RequestSpansTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private static SpanContext callerOf(MultiMap headers) {
        return Span.fromContext(RequestSpans.callerOf(headers)).getSpanContext();
    }

    @Test
    void aCallerIsKnownByItsTraceparent() {
        SpanContext caller =
                callerOf(MultiMap.caseInsensitiveMultiMap().add("Traceparent", "00-" + TRACE + "-" + SPAN + "-01"));

        assertThat(caller.getTraceId()).isEqualTo(TRACE);
        assertThat(caller.getSpanId()).isEqualTo(SPAN);
        assertThat(caller.isSampled()).isTrue();
        assertThat(callerOf(MultiMap.caseInsensitiveMultiMap()).isValid()).isFalse();
    }

    @Test
    void nothingOfACallersTracestateIsKept() {
        SpanContext caller = callerOf(MultiMap.caseInsensitiveMultiMap()
                .add("traceparent", "00-" + TRACE + "-" + SPAN + "-01")
                .add("tracestate", "vendor=" + "x".repeat(200)));

        assertThat(caller.isSampled()).isTrue();
        assertThat(caller.getTraceState().isEmpty()).isTrue();
    }
}
