package io.discovery.tracing;

import io.discovery.model.ServiceName;
import io.discovery.subscription.DeliveryWatch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The spans from a sampled change, once readers of this member see it, to the first watcher here that is told. Of changes to
 * one service that watchers are told of together, the first has the span. Thread-safe.
 */
final class WatcherSpans implements DeliveryWatch {

    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("discovery.service");
    /** Maximum number of services whose watchers are to be told. */
    private static final int MOST = 1_000;
    /** Age from which on a notification is no longer that of the change: its watchers have gone, say. */
    private static final Duration OLD = Duration.ofSeconds(10);

    private final Tracer tracer;
    private final Map<ServiceName, Untold> untold = new ConcurrentHashMap<>();

    WatcherSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    private record Untold(Context change, Instant shown) {

        boolean isOld(Instant now) {
            return Duration.between(shown, now).compareTo(OLD) > 0;
        }
    }

    @Override
    public void changed(ServiceName service) {
        Context change = Context.current();
        if (Span.fromContextOrNull(change) == null) {
            return;
        }
        Instant now = Instant.now();
        if (untold.size() >= MOST) {
            untold.values().removeIf(each -> each.isOld(now));
        }
        if (untold.size() < MOST) {
            untold.merge(service, new Untold(change, now), (first, later) -> first.isOld(now) ? later : first);
        }
    }

    @Override
    public @Nullable Runnable notifying(ServiceName service) {
        Untold change = untold.isEmpty() ? null : untold.remove(service);
        return change == null || change.isOld(Instant.now()) ? null : () -> told(service, change);
    }

    private void told(ServiceName service, Untold change) {
        tracer.spanBuilder("first watcher told")
                .setParent(change.change())
                .setStartTimestamp(change.shown())
                .setAttribute(SERVICE, service.text())
                .startSpan()
                .end();
    }
}
