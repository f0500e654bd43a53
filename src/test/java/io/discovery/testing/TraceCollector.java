package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A collector of traces on 127.0.0.1, which speaks OTLP over HTTP and keeps what comes. */
public final class TraceCollector implements AutoCloseable {

    /** A trace's id. */
    public static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    /** The id of the span by which a caller sends a sampled request. */
    public static final String CALLER = "00f067aa0ba902b7";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TAKEN = 200;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int status = TAKEN;
    private volatile boolean isFrozen;
    private volatile boolean isForgetful;
    private volatile boolean breaksOff;
    private final AtomicInteger brokenOff = new AtomicInteger();

    /**
     * A span that has come.
     *
     * @param trace in hexadecimal, as the next two are
     * @param parent empty for the first of a trace
     * @param start nanoseconds since 1970, as the end is
     * @param attributes with those of the member
     */
    public record Received(
            String trace,
            String id,
            String parent,
            String name,
            SpanKind kind,
            long start,
            long end,
            Map<String, String> attributes) {

        public Received {
            attributes = Map.copyOf(attributes);
        }

        /** Returns the member that sent it. */
        public String member() {
            return Objects.requireNonNull(attributes.get("service.instance.id"));
        }
    }

    private TraceCollector(int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
        server.setExecutor(threads);
        server.createContext("/v1/traces", request -> {
            try (request) {
                take(request);
            }
        });
        server.start();
    }

    /** Starts a collector on a free port. */
    public static TraceCollector start() {
        return startAt(0);
    }

    /** Starts a collector on this port. */
    public static TraceCollector startAt(int port) {
        return new TraceCollector(port);
    }

    private void take(HttpExchange request) throws IOException {
        byte[] body = request.getRequestBody().readAllBytes();
        if (isFrozen) {
            awaitClose();
            return;
        }
        if (breaksOff) {
            request.sendResponseHeaders(TAKEN, 1_000);
            request.getResponseBody().write(0);
            request.getResponseBody().flush();
            brokenOff.incrementAndGet();
            awaitClose();
            return;
        }
        if (isForgetful) {
            request.sendResponseHeaders(TAKEN, -1);
            return;
        }
        ExportTraceServiceRequest sent = ExportTraceServiceRequest.parseFrom(body);
        if (status == TAKEN) {
            texts.add(sent.toString());
            Map<String, String> given = new HashMap<>();
            request.getRequestHeaders().forEach((name, values) -> given.put(name, values.get(0)));
            headers.add(given);
            sent.getResourceSpansList()
                    .forEach(from -> from.getScopeSpansList()
                            .forEach(scope ->
                                    scope.getSpansList().forEach(span -> spans.add(of(from.getResource(), span)))));
        }
        byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
        request.getResponseHeaders().set("Content-Type", "application/x-protobuf");
        request.sendResponseHeaders(status, answer.length == 0 ? -1 : answer.length);
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static Received of(Resource member, Span span) {
        HexFormat hex = HexFormat.of();
        Map<String, String> attributes = new HashMap<>();
        for (List<KeyValue> each : List.of(member.getAttributesList(), span.getAttributesList())) {
            each.forEach(attribute -> attributes.put(
                    attribute.getKey(),
                    attribute.getValue().hasIntValue()
                            ? Long.toString(attribute.getValue().getIntValue())
                            : attribute.getValue().getStringValue()));
        }
        return new Received(
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                hex.formatHex(span.getParentSpanId().toByteArray()),
                span.getName(),
                span.getKind(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                attributes);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Returns settings of a member that sends its spans here soon after each has ended. */
    public Map<String, String> settings() {
        return settings(Map.of());
    }

    /** Returns settings of a member that sends its spans here soon after each has ended, with these besides. */
    public Map<String, String> settings(Map<String, String> more) {
        return settings(port(), more);
    }

    /** Returns settings of a member that sends its spans to a collector on this port, with these besides. */
    public static Map<String, String> settings(int port, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + port);
        settings.put("OTEL_BSP_SCHEDULE_DELAY", "50");
        return settings;
    }

    /** Returns a client whose requests belong to a trace that its caller has sampled, as parts of {@link #CALLER}. */
    public static TestClient sampled(TestClient client, String trace) {
        return client.with("traceparent", "00-" + trace + "-" + CALLER + "-01");
    }

    /** Answers with this status from here on. */
    public void answer(int newStatus) {
        status = newStatus;
    }

    /** Takes requests from here on, and answers none. */
    public void freeze() {
        isFrozen = true;
    }

    /** Sets whether requests from here on get the head of an answer and a body that does not end, and are not kept. */
    public void breakOff(boolean isOn) {
        breaksOff = isOn;
    }

    /** Returns the number of answers that do not end. */
    public int brokenOff() {
        return brokenOff.get();
    }

    /** Keeps nothing from here on, and reads nothing of it. */
    public TraceCollector forgetting() {
        isForgetful = true;
        return this;
    }

    public List<Received> spans() {
        return List.copyOf(spans);
    }

    /** Returns the spans of a trace. */
    public List<Received> spans(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    /** Waits for a span of a trace. */
    public Received await(String trace, Predicate<Received> wanted) {
        List<Received> found = new ArrayList<>();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            List<Received> all = spans(trace);
            found.addAll(all.stream().filter(wanted).toList());
            assertThat(found).as("one of %s", all).isNotEmpty();
        });
        return found.get(0);
    }

    /** Waits for a span with this name of a trace. */
    public Received await(String trace, String name) {
        return await(trace, span -> span.name().equals(name));
    }

    /** Waits until a request has come. */
    public void awaitRequest() {
        Awaitility.await().atMost(PATIENCE).until(() -> !headers.isEmpty());
    }

    /** Returns all that has come, as text. */
    public List<String> texts() {
        return List.copyOf(texts);
    }

    /** Returns the headers of each request. */
    public List<Map<String, String>> headers() {
        return List.copyOf(headers);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
