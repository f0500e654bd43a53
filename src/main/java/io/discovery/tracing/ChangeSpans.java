package io.discovery.tracing;

import io.discovery.telemetry.ChangeTracing;
import io.discovery.tracing.CurrentTrace.TracedRequest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The spans of changes. The trace goes to the owner of a key with the change, and from there to the backups with the
 * result; what they store has no trace in it. Thread-safe.
 */
final class ChangeSpans implements ChangeTracing {

    private static final String PARENT = "traceparent";
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("discovery.service");
    private static final AttributeKey<String> OWNER = AttributeKey.stringKey("discovery.owner");
    private static final AttributeKey<String> BACKUP = AttributeKey.stringKey("discovery.backup");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    /** Reads the one field of a trace that goes between members. */
    private static final TextMapGetter<String> SENT = (trace, name) -> name.equals(PARENT) ? trace : null;

    private final Tracer tracer;

    ChangeSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    @Override
    public boolean isSampled() {
        return CurrentTrace.request() != null;
    }

    @Override
    public @Nullable ChangeSpan begin(String service, String owner, String backup) {
        TracedRequest request = CurrentTrace.request();
        if (request == null || !request.takesChange()) {
            return null;
        }
        Span span = tracer.spanBuilder("change")
                .setParent(request.trace())
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(SERVICE, service)
                .setAttribute(OWNER, owner)
                .setAttribute(BACKUP, backup)
                .startSpan();
        return new Change(span);
    }

    private record Change(Span span) implements ChangeSpan {

        @Override
        public String trace() {
            return textOf(span.getSpanContext());
        }

        @Override
        public void end(@Nullable Throwable failure) {
            if (failure != null) {
                ChangeSpans.fail(span, failure);
            }
            span.end();
        }
    }

    @Override
    public void step(Step step, String trace, Runnable work) {
        Context sender = W3CTraceContextPropagator.getInstance().extract(Context.root(), trace, SENT);
        run(
                tracer.spanBuilder(step.name().toLowerCase(Locale.ROOT))
                        .setParent(sender)
                        .setSpanKind(SpanKind.SERVER)
                        .startSpan(),
                sender,
                work);
    }

    @Override
    public String trace() {
        Span step = Span.fromContextOrNull(Context.current());
        return step == null ? "" : textOf(step.getSpanContext());
    }

    @Override
    public void show(Runnable work) {
        TracedRequest request = CurrentTrace.request();
        if (request == null || !request.hasRoom()) {
            work.run();
        } else {
            run(tracer.spanBuilder("shown").setParent(request.trace()).startSpan(), request.trace(), work);
        }
    }

    private static void run(Span span, Context parent, Runnable work) {
        Scope thread = parent.with(span).makeCurrent();
        try {
            work.run();
        } catch (RuntimeException | Error failed) {
            fail(span, failed);
            throw failed;
        } finally {
            thread.close();
            span.end();
        }
    }

    /** Names the kind of a failure; its message may quote what a client has sent. */
    private static void fail(Span span, Throwable failure) {
        span.setStatus(StatusCode.ERROR).setAttribute(ERROR, failure.getClass().getSimpleName());
    }

    /** Returns a span's traceparent. */
    private static String textOf(SpanContext span) {
        return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-"
                + span.getTraceFlags().asHex();
    }
}
