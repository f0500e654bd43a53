package io.discovery.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exporter that counts what the collector has not taken, and says once that the collector fails and once that it is
 * back. At most two batches wait for it, each for a limited time: a collector that never ends its answers would else
 * collect batches here, or keep the places of later ones. Thread-safe.
 *
 * <p>Each batch has a thread. A batch that is given up leaves its place to another, and its thread is interrupted. The
 * HTTP client of Java 17 goes on reading an answer nevertheless, until its connection ends; so a few threads may be left
 * over, and no batch is sent while there are as many as may be.
 */
final class WatchedExporter implements SpanExporter {

    private static final Logger log = LoggerFactory.getLogger(WatchedExporter.class);
    private static final int MOST_UNDER_WAY = 2;

    /** Maximum number of threads whose batch was given up; each holds a batch. */
    static final int MOST_LEFT_OVER = 8;

    private static final String ENDLESS = "its answers do not end";

    private final SpanExporter exporter;
    private final String collector;
    private final Duration patience;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "traces");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger leftOver = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    // Guarded by this.
    private boolean isFailing;
    private long droppedBefore;

    /**
     * @param exporter one that sends in the thread that calls it
     * @param collector its address, for messages
     * @param patience maximum time for a batch, with its answer
     */
    WatchedExporter(SpanExporter exporter, String collector, Duration patience) {
        this.exporter = exporter;
        this.collector = collector;
        this.patience = patience;
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
        if (!begins()) {
            failed(count, ENDLESS);
            return CompletableResultCode.ofFailure();
        }
        AtomicBoolean isWaitedFor = new AtomicBoolean(true);
        FutureTask<CompletableResultCode> sending = new FutureTask<>(() -> exporter.export(spans));
        CompletableFuture<CompletableResultCode> answer = new CompletableFuture<>();
        threads.execute(() -> {
            sending.run();
            (isWaitedFor.getAndSet(false) ? underWay : leftOver).decrementAndGet();
            answer.complete(resultOf(sending));
        });
        CompletableResultCode result = new CompletableResultCode();
        var unused = answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((sent, late) -> {
                    if (late != null) {
                        if (isWaitedFor.getAndSet(false)) {
                            leftOver.incrementAndGet();
                            underWay.decrementAndGet();
                        }
                        sending.cancel(true);
                        failed(count, ENDLESS);
                        result.fail();
                    } else if (sent.isSuccess()) {
                        taken(count);
                        result.succeed();
                    } else {
                        failed(count, cause(sent.getFailureThrowable()));
                        result.fail();
                    }
                });
        return result;
    }

    /** Returns whether there is room for another batch, which then is under way. */
    private boolean begins() {
        if (leftOver.get() >= MOST_LEFT_OVER) {
            return false;
        }
        if (underWay.incrementAndGet() > MOST_UNDER_WAY) {
            underWay.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Returns the result of a send that has ended. */
    private static CompletableResultCode resultOf(FutureTask<CompletableResultCode> sending) {
        try {
            return sending.get();
        } catch (ExecutionException failed) {
            return CompletableResultCode.ofExceptionalFailure(failed);
        } catch (CancellationException | InterruptedException late) {
            return CompletableResultCode.ofFailure();
        }
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
