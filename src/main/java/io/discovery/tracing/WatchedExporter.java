package io.discovery.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exporter that counts what the collector has not taken, and says once that the collector fails and once that it is
 * back. At most two batches wait for it: a collector that never ends its answers would else collect batches here.
 * Thread-safe.
 */
final class WatchedExporter implements SpanExporter {

    private static final Logger log = LoggerFactory.getLogger(WatchedExporter.class);
    private static final int MOST_UNDER_WAY = 2;

    private final SpanExporter exporter;
    private final String collector;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    // Guarded by this.
    private boolean isFailing;
    private long droppedBefore;

    /** @param collector its address, for messages */
    WatchedExporter(SpanExporter exporter, String collector) {
        this.exporter = exporter;
        this.collector = collector;
    }

    /** Returns the number of spans that the collector has taken. */
    long sent() {
        return sent.get();
    }

    /** Returns the number of spans that were for the collector and that it has not taken. */
    long dropped() {
        return dropped.get();
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            failed(count, "its answers do not end");
            return CompletableResultCode.ofFailure();
        }
        CompletableResultCode result = exporter.export(spans);
        result.whenComplete(() -> {
            underWay.decrementAndGet();
            if (result.isSuccess()) {
                taken(count);
            } else {
                failed(count, cause(result.getFailureThrowable()));
            }
        });
        return result;
    }

    /** Returns the kind of a failure: a message may quote a header, which is a secret, or what the collector says. */
    private static String cause(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof IOException) {
                return each.getClass().getSimpleName();
            }
        }
        return "it refuses them";
    }

    private synchronized void taken(int count) {
        sent.addAndGet(count);
        if (isFailing) {
            isFailing = false;
            log.info(
                    "the collector at {} takes traces again; {} spans are lost",
                    collector,
                    dropped.get() - droppedBefore);
        }
    }

    private synchronized void failed(int count, String cause) {
        if (!isFailing) {
            isFailing = true;
            droppedBefore = dropped.get();
            log.warn(
                    "the collector at {} takes no traces ({}): spans are lost until it does, and nothing else changes",
                    collector,
                    cause);
        }
        dropped.addAndGet(count);
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
