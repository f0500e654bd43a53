package io.discovery.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CapturedLog;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Exports to a collector that takes what the test says. */
@Timeout(60)
class WatchedExporterTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final BlockingQueue<CompletableFuture<CompletableResultCode>> underWay = new LinkedBlockingQueue<>();
    private final AtomicInteger interrupts = new AtomicInteger();

    /** An exporter whose exports take their thread until the test ends them, or an interrupt does. */
    private class Sending implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            CompletableFuture<CompletableResultCode> end = new CompletableFuture<>();
            underWay.add(end);
            return await(end);
        }

        CompletableResultCode await(CompletableFuture<CompletableResultCode> end) {
            try {
                return end.get();
            } catch (InterruptedException | ExecutionException ended) {
                interrupts.incrementAndGet();
                end.cancel(false);
                return CompletableResultCode.ofFailure();
            }
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    /** An exporter whose exports no interrupt ends. */
    private final class Deaf extends Sending {

        @Override
        CompletableResultCode await(CompletableFuture<CompletableResultCode> end) {
            return end.join();
        }
    }

    /** The spans of a program with one exporter; each is a batch of its own. */
    private final class Spans implements AutoCloseable {
        private final WatchedExporter exporter;
        private final SdkTracerProvider provider;

        Spans(SpanExporter sending, Duration patience) {
            exporter = new WatchedExporter(sending, "http://collector", patience);
            provider = SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build();
        }

        void send() {
            provider.get("test").spanBuilder("span").startSpan().end();
        }

        @Override
        public void close() {
            // Else the end waits for them.
            underWay.forEach(end -> end.complete(CompletableResultCode.ofSuccess()));
            provider.close();
        }
    }

    private static String fails(String cause) {
        return "the collector at http://collector takes no traces (" + cause
                + "): spans are lost until it does, and nothing else changes";
    }

    private static String takes(int lost) {
        return "the collector at http://collector takes traces again; " + lost + " spans are lost";
    }

    @Test
    void noMoreThanTwoExportsAreUnderWay() throws InterruptedException {
        try (Spans spans = new Spans(new Sending(), LONG);
                CapturedLog log = CapturedLog.of(WatchedExporter.class)) {
            spans.send();
            spans.send();
            spans.send();

            assertThat(spans.exporter.dropped()).isEqualTo(1);
            assertThat(log.messages()).containsExactly(fails("its answers do not end"));
            await().until(() -> underWay.size() == 2);

            underWay.take().complete(CompletableResultCode.ofSuccess());
            await().until(() -> spans.exporter.sent() == 1);
            spans.send();
            await().until(() -> underWay.size() == 2);
            assertThat(spans.exporter.dropped()).isEqualTo(1);
            assertThat(log.messages()).last().isEqualTo(takes(1));
        }
    }

    @Test
    void aFailureIsSaidOnceByItsKind() throws InterruptedException {
        try (Spans spans = new Spans(new Sending(), LONG);
                CapturedLog log = CapturedLog.of(WatchedExporter.class)) {
            for (int n = 1; n <= 3; n++) {
                spans.send();
                underWay.take()
                        .complete(CompletableResultCode.ofExceptionalFailure(
                                new UncheckedIOException(new IOException("x-token: a secret"))));
                awaitDropped(spans, n);
            }
            spans.send();
            underWay.take().complete(CompletableResultCode.ofSuccess());
            await().until(() -> spans.exporter.sent() == 1);
            spans.send();
            underWay.take().complete(CompletableResultCode.ofFailure());
            awaitDropped(spans, 4);

            assertThat(spans.exporter.sent()).isEqualTo(1);
            assertThat(log.messages()).containsExactly(fails("IOException"), takes(3), fails("it refuses them"));
        }
    }

    private static void awaitDropped(Spans spans, int count) {
        await().until(() -> spans.exporter.dropped() == count);
    }

    @Test
    void anExportWhoseAnswerDoesNotEndIsGivenUpAndLeavesItsPlace() {
        try (Spans spans = new Spans(new Sending(), SHORT);
                CapturedLog log = CapturedLog.of(WatchedExporter.class)) {
            spans.send();
            spans.send();
            awaitDropped(spans, 2);
            await().until(() -> interrupts.get() == 2);
            assertThat(log.messages()).containsExactly(fails("its answers do not end"));

            await().until(() -> {
                underWay.removeIf(CompletableFuture::isDone);
                spans.send();
                CompletableFuture<CompletableResultCode> next = underWay.poll(1, TimeUnit.SECONDS);
                return next != null && next.complete(CompletableResultCode.ofSuccess()) && spans.exporter.sent() > 0;
            });
            assertThat(log.messages()).anyMatch(line -> line.contains(" takes traces again; "));
        }
    }

    /** The HTTP client of Java 17 reads an answer to its end whatever its thread is told. */
    @Test
    void exportsThatCannotBeEndedLeaveTheirPlacesUntilThereAreTooMany() throws InterruptedException {
        try (Spans spans = new Spans(new Deaf(), SHORT)) {
            await().until(() -> {
                spans.send();
                return underWay.size() == WatchedExporter.MOST_LEFT_OVER;
            });
            await().until(() -> spans.exporter.dropped() >= WatchedExporter.MOST_LEFT_OVER);
            await().during(3 * SHORT.toMillis(), TimeUnit.MILLISECONDS).until(() -> {
                spans.send();
                return underWay.size() == WatchedExporter.MOST_LEFT_OVER;
            });

            // A late answer counts for nothing, and its thread is no longer left over.
            underWay.take().complete(CompletableResultCode.ofSuccess());
            underWay.take().complete(CompletableResultCode.ofSuccess());
            await().until(() -> {
                spans.send();
                return underWay.size() >= WatchedExporter.MOST_LEFT_OVER;
            });
            assertThat(spans.exporter.sent()).isZero();
        }
    }
}
