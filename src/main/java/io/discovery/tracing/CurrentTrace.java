package io.discovery.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.spi.context.storage.AccessMode;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The trace in which the calling thread works. A request's trace is in its Vert.x context, and goes with it from callback
 * to callback; the trace of a step, which is shorter and begins and ends in one call, is the thread's. Thread-safe.
 */
final class CurrentTrace {

    /** Maximum number of a request's changes with spans: a request of thousands would fill the queue alone. */
    private static final int MOST_CHANGES = 100;

    private static final ContextLocal<TracedRequest> REQUEST = ContextLocal.registerLocal(TracedRequest.class);

    private CurrentTrace() {}

    /** A sampled request. */
    static final class TracedRequest {
        private final Context trace;
        private final AtomicInteger changes = new AtomicInteger();

        private TracedRequest(Context trace) {
            this.trace = trace;
        }

        Context trace() {
            return trace;
        }

        /** Counts a change; returns whether it gets spans. */
        boolean takesChange() {
            return changes.incrementAndGet() <= MOST_CHANGES;
        }

        /** Returns whether all changes so far have got spans. */
        boolean hasRoom() {
            return changes.get() <= MOST_CHANGES;
        }
    }

    /** Makes room in the contexts of each Vert.x that is created from here on. */
    static void prepare() {
        // The initialisation of this class has done it.
    }

    /** Sets the trace of a request. */
    static void begin(ContextInternal request, Context trace) {
        request.putLocal(REQUEST, AccessMode.CONCURRENT, new TracedRequest(trace));
    }

    /** Returns the sampled request in whose context the calling thread works; null if there is none. */
    static @Nullable TracedRequest request() {
        ContextInternal context = ContextInternal.current();
        return context == null ? null : context.getLocal(REQUEST);
    }

    /** Returns the span of the step that the calling thread runs, or else of its request; null if there is none. */
    static @Nullable SpanContext span() {
        Span step = Span.fromContextOrNull(Context.current());
        if (step != null) {
            return step.getSpanContext();
        }
        TracedRequest request = request();
        return request == null ? null : Span.fromContext(request.trace()).getSpanContext();
    }
}
