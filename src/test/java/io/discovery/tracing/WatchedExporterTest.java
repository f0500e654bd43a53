package io.discovery.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.CapturedLog;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exports to a collector that takes what the test says. */
class WatchedExporterTest {

    private final Deque<CompletableResultCode> underWay = new ArrayDeque<>();
    private final WatchedExporter exporter = new WatchedExporter(new Sending(), "http://collector");
    private final SpanProcessor processor = SimpleSpanProcessor.create(exporter);
    private final SdkTracerProvider spans =
            SdkTracerProvider.builder().addSpanProcessor(processor).build();

    /** An exporter whose exports the test ends. */
    private final class Sending implements SpanExporter {

        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            CompletableResultCode result = new CompletableResultCode();
            underWay.add(result);
            return result;
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

    @AfterEach
    void close() {
        // Else the end waits for them.
        underWay.forEach(CompletableResultCode::succeed);
        spans.close();
    }

    private void send() {
        spans.get("test").spanBuilder("span").startSpan().end();
    }

    @Test
    void noMoreThanTwoExportsAreUnderWay() {
        try (CapturedLog log = CapturedLog.of(WatchedExporter.class)) {
            send();
            send();
            send();

            assertThat(underWay).hasSize(2);
            assertThat(exporter.dropped()).isEqualTo(1);
            assertThat(log.messages())
                    .containsExactly("the collector at http://collector takes no traces (its answers do not"
                            + " end): spans are lost until it does, and nothing else changes");

            underWay.remove().succeed();
            send();
            assertThat(underWay).hasSize(2);
            assertThat(exporter.sent()).isEqualTo(1);
            assertThat(log.messages())
                    .last()
                    .isEqualTo("the collector at http://collector takes traces again; 1 spans are lost");
        }
    }

    @Test
    void aFailureIsSaidOnceByItsKind() {
        try (CapturedLog log = CapturedLog.of(WatchedExporter.class)) {
            for (int n = 0; n < 3; n++) {
                send();
                underWay.remove().failExceptionally(new UncheckedIOException(new IOException("x-token: a secret")));
            }
            send();
            underWay.remove().succeed();
            send();
            underWay.remove().fail();

            assertThat(exporter.dropped()).isEqualTo(4);
            assertThat(exporter.sent()).isEqualTo(1);
            assertThat(log.messages())
                    .containsExactly(
                            "the collector at http://collector takes no traces (IOException): spans are lost until it does,"
                                    + " and nothing else changes",
                            "the collector at http://collector takes traces again; 3 spans are lost",
                            "the collector at http://collector takes no traces (it refuses them): spans are lost until it"
                                    + " does, and nothing else changes");
        }
    }
}
