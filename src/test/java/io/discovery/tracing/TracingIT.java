package io.discovery.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.testing.EventStream;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.TraceCollector;
import io.discovery.testing.TraceCollector.Received;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Traces of members in processes of their own, as a collector receives them. */
@Timeout(180)
class TracingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String TOLD = "first watcher told";
    private static final String REGISTER = "POST /v1/registration/:service";

    private static TestClient sampled(TestClient client, String trace) {
        return client.with("traceparent", "00-" + trace + "-" + CALLER + "-01");
    }

    private static Map<String, String> with(Map<String, String> settings, String... more) {
        Map<String, String> all = new HashMap<>(settings);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    @Test
    void aChangeHasASpanForEachPartOfItsWayAtEachMember() {
        try (TraceCollector collector = TraceCollector.start();
                TestCluster cluster = TestCluster.start(2, collector.settings())) {
            String here = "127.0.0.1:" + cluster.environment(0).get("CLUSTER_PORT");
            String there = "127.0.0.1:" + cluster.environment(1).get("CLUSTER_PORT");
            Set<String> owners = new HashSet<>();

            // As many keys as it takes for each member to own one.
            for (int n = 1; owners.size() < 2 && n < 100; n++) {
                String trace = String.format("%032x", n);
                sampled(cluster.client(0), trace).register("payments", "127.0.0." + n);

                Received request = collector.await(trace, REGISTER);
                Received change = collector.await(trace, "change");
                Received owner = collector.await(trace, "owner");
                Received backup = collector.await(trace, "backup");
                Received shown = collector.await(trace, "shown");
                assertThat(request.parent()).isEqualTo(CALLER);
                assertThat(request.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
                assertThat(request.member()).isEqualTo(here);
                assertThat(request.attributes())
                        .containsEntry("service.name", "discovery")
                        .containsEntry("http.route", "/v1/registration/:service")
                        .containsEntry("url.path", "/v1/registration/payments")
                        .containsEntry("http.response.status_code", "200");
                assertThat(change.parent()).isEqualTo(request.id());
                assertThat(change.member()).isEqualTo(here);
                assertThat(owner.parent()).isEqualTo(change.id());
                assertThat(owner.member()).isEqualTo(change.attributes().get("discovery.owner"));
                assertThat(backup.parent()).isEqualTo(owner.id());
                assertThat(backup.member()).isEqualTo(change.attributes().get("discovery.backup"));
                assertThat(Set.of(owner.member(), backup.member())).isEqualTo(Set.of(here, there));
                assertThat(shown.parent()).isEqualTo(request.id());
                assertThat(shown.member()).isEqualTo(here);
                assertInOrder(request, change, shown);
                assertThat(request.end()).isGreaterThanOrEqualTo(shown.end());
                assertThat(List.of(change.start(), owner.start(), backup.start()))
                        .isSorted();
                assertThat(change.end()).isGreaterThanOrEqualTo(owner.end());
                owners.add(owner.member());
            }
            assertThat(owners).containsExactlyInAnyOrder(here, there);
        }
    }

    private static void assertInOrder(Received request, Received change, Received shown) {
        assertThat(List.of(request.start(), change.start(), change.end(), shown.start()))
                .isSorted();
    }

    @Test
    void theFirstWatcherThatIsToldHasASpanAtItsMember() {
        try (TraceCollector collector = TraceCollector.start();
                TestCluster cluster = TestCluster.start(2, collector.settings());
                EventStream watcher = EventStream.open(cluster.member(1).port(), "/v1/watch/payments")) {
            watcher.next();
            AtomicInteger changes = new AtomicInteger();

            // While members come, an event may bring a change before the step that has its trace.
            Received told = await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(200))
                    .until(
                            () -> {
                                int n = changes.incrementAndGet();
                                sampled(cluster.client(0), String.format("%032x", n))
                                        .register("payments", "127.0.1." + n);
                                assertThat(watcher.next().data()).contains("127.0.1." + n + "\"");
                                return collector.spans().stream()
                                        .filter(span -> span.name().equals(TOLD))
                                        .findFirst()
                                        .orElse(null);
                            },
                            Objects::nonNull);

            Received cause = collector.await(told.trace(), span -> span.id().equals(told.parent()));
            assertThat(cause.name()).isIn("owner", "backup");
            assertThat(told.member())
                    .isEqualTo(cause.member())
                    .isEqualTo("127.0.0.1:" + cluster.environment(1).get("CLUSTER_PORT"));
            assertThat(told.start()).isGreaterThanOrEqualTo(cause.start());
            assertThat(told.end()).isGreaterThan(told.start());
        }
    }

    @Test
    void aHeartbeatThatSaysNothingNewTellsNoWatcher() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(collector.settings());
                EventStream watcher = EventStream.open(member.port(), "/v1/watch/payments")) {
            watcher.next();
            String later = TRACE.replace('4', '5');
            sampled(member.client(), TRACE).register("payments", "127.0.0.9");
            assertThat(watcher.next().data()).contains("127.0.0.9");
            collector.await(TRACE, TOLD);

            sampled(member.client(), later).register("payments", "127.0.0.9");
            collector.await(later, "shown");
            member.client().register("payments", "127.0.0.10");
            assertThat(watcher.next().data()).contains("127.0.0.10");
            member.stop();

            assertThat(collector.spans(later)).extracting(Received::name).doesNotContain(TOLD);
            assertThat(collector.spans())
                    .filteredOn(span -> span.name().equals(TOLD))
                    .hasSize(1);
        }
    }

    @Test
    void aWaitingReadThatIsAnsweredIsAWatcherAndHasASpan() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(collector.settings())) {
            String index = member.client()
                    .get("/v1/registration/payments")
                    .headers()
                    .firstValue("X-Discovery-Index")
                    .orElseThrow();
            String reader = TRACE.replace('4', '6');
            Thread waiting = new Thread(
                    () -> sampled(member.client(), reader).get("/v1/registration/payments?wait=60s&index=" + index));
            waiting.start();
            await().atMost(PATIENCE).until(() -> member.client().metric("discovery_polls_waiting") == 1);

            sampled(member.client(), TRACE).register("payments", "127.0.0.9");

            Received told = collector.await(TRACE, TOLD);
            Received read = collector.await(reader, "GET /v1/registration/:service");
            assertThat(read.start()).isLessThan(told.start());
            assertThat(read.end()).isGreaterThan(told.start());
        }
    }

    @Test
    void aHeartbeatThatIsNotSampledSendsNothing() {
        try (TraceCollector collector = TraceCollector.start();
                TestCluster cluster =
                        TestCluster.start(2, with(collector.settings(), "OTEL_TRACES_SAMPLER_ARG", "0"))) {
            TestClient client = cluster.client(0);
            for (int n = 0; n < 20; n++) {
                client.register("payments", "127.0.0.2");
                client.get("/v1/registration/payments");
            }
            // A caller that has decided against.
            client.with("traceparent", "00-" + TRACE + "-" + CALLER + "-00").register("payments", "127.0.0.2");
            client.with("traceparent", "00-nonsense-01").register("payments", "127.0.0.2");

            sampled(client, TRACE.replace('4', '7')).register("payments", "127.0.0.2");
            collector.await(TRACE.replace('4', '7'), "shown");
            assertThat(collector.spans()).extracting(Received::trace).containsOnly(TRACE.replace('4', '7'));
        }
    }

    @Test
    void probesAndScrapesAreNeverTraced() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member =
                        MemberProcess.start(with(collector.settings(), "OTEL_TRACES_SAMPLER", "always_on"))) {
            for (String path : List.of("/health/ready", "/metrics", "/nowhere")) {
                sampled(member.client(), TRACE).get(path);
            }

            member.client().register("payments", "127.0.0.2");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(collector.spans())
                            .filteredOn(span -> span.parent().isEmpty())
                            .extracting(Received::name)
                            .containsExactly(REGISTER));
            assertThat(collector.spans(TRACE)).isEmpty();
        }
    }

    @Test
    void theSamplersShareOfRequestsIsTraced() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(with(
                        collector.settings(),
                        "OTEL_TRACES_SAMPLER",
                        "traceidratio",
                        "OTEL_TRACES_SAMPLER_ARG",
                        "0.5",
                        "OTEL_SERVICE_NAME",
                        "registry",
                        "OTEL_RESOURCE_ATTRIBUTES",
                        "deployment.environment.name=test"))) {
            for (int n = 0; n < 200; n++) {
                member.client().get("/v1/registration/payments");
            }
            member.stop();

            assertThat(collector.spans()).hasSizeBetween(60, 140);
            assertThat(collector.spans().get(0).attributes())
                    .containsEntry("service.name", "registry")
                    .containsEntry("deployment.environment.name", "test");
        }
    }

    @Test
    void aRequestOfThousandsOfChangesHasSpansOfTheFirst() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(collector.settings())) {
            String hosts = String.join(
                    ",",
                    IntStream.range(0, 300)
                            .mapToObj(n -> "{\"service\": \"bulk\", \"ip\": \"127.1." + n / 200 + "." + (n % 200 + 1)
                                    + "\", \"revision\": \"r\", \"port\": 80, \"tags\": " + TestClient.TAGS + "}")
                            .toList());
            assertThat(sampled(member.client(), TRACE)
                            .post("/v1/registrations", "application/json", "[" + hosts + "]")
                            .statusCode())
                    .isEqualTo(200);

            collector.await(TRACE, span -> span.name().startsWith("POST"));
            assertThat(collector.spans(TRACE))
                    .filteredOn(span -> span.name().equals("change"))
                    .hasSize(100);
        }
    }

    @Test
    void aCollectorThatIsGoneIsSaidOnceAndChangesNothingElse() {
        int port = Ports.free(1).get(0);
        try (MemberProcess member = MemberProcess.start(with(
                TraceCollector.settings(port),
                "OTEL_TRACES_SAMPLER",
                "always_on",
                "OTEL_EXPORTER_OTLP_TIMEOUT",
                "1000"))) {
            TestClient client = member.client();
            await().atMost(PATIENCE).until(() -> {
                client.register("payments", "127.0.0.2");
                return client.metric("discovery_traces_spans_dropped_total") > 50;
            });
            assertThat(client.metric("discovery_traces_spans_sent_total")).isZero();

            try (TraceCollector back = TraceCollector.startAt(port)) {
                await().atMost(PATIENCE).until(() -> {
                    client.register("payments", "127.0.0.2");
                    return client.metric("discovery_traces_spans_sent_total") > 0;
                });
                assertThat(back.spans()).isNotEmpty();
                assertThat(member.stop()).isZero();
            }
            assertThat(member.log().lines().filter(line -> line.contains(" takes no traces ")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("WARN", "http://127.0.0.1:" + port, "ConnectException");
            assertThat(member.log().lines().filter(line -> line.contains(" takes traces again")))
                    .hasSize(1);
        }
    }

    @Test
    void aCollectorThatRefusesIsSaidWithoutItsWords() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member =
                        MemberProcess.start(with(collector.settings(), "OTEL_TRACES_SAMPLER", "always_on"))) {
            collector.answer(400);
            await().atMost(PATIENCE).until(() -> {
                member.client().register("payments", "127.0.0.2");
                return member.client().metric("discovery_traces_spans_dropped_total") > 5;
            });

            assertThat(member.log()).contains("takes no traces (it refuses them)");
        }
    }

    @Test
    void aFrozenCollectorNeitherSlowsNorFillsAMember() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(with(
                        collector.settings(),
                        "OTEL_TRACES_SAMPLER",
                        "always_on",
                        "OTEL_EXPORTER_OTLP_TIMEOUT",
                        "2000"))) {
            TestClient client = member.client();
            collector.freeze();
            long longest = 0;
            for (int n = 0; n < 2_000; n++) {
                long begin = System.nanoTime();
                client.register("payments", "127.0.0.2");
                longest = Math.max(longest, System.nanoTime() - begin);
            }

            await().atMost(PATIENCE).until(() -> member.log().contains(" takes no traces "));
            // Each write has four spans, and the queue has room for 2048.
            assertThat(client.metric("discovery_traces_spans_dropped_total")).isGreaterThan(3_000);
            assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(1));
            long begin = System.nanoTime();
            assertThat(member.stop()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    void aSampledRequestHasItsIdsOnItsLinesOfTheLog() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member =
                        MemberProcess.start(with(collector.settings(), "LOG_FORMAT", "json", "LOG_LEVEL", "TRACE"))) {
            sampled(member.client(), TRACE).register("payments", "127.0.0.2");
            member.client().register("carts", "127.0.0.2");
            Received request = collector.await(TRACE, REGISTER);
            member.stop();

            List<JsonNode> answers = member.log()
                    .lines()
                    .map(line -> JsonText.parse(line).orElseThrow())
                    .filter(line -> line.path("message").asText().startsWith("POST /v1/registration/"))
                    .toList();
            assertThat(answers).hasSize(2);
            assertThat(answers.get(0).path("trace_id").asText()).isEqualTo(TRACE);
            assertThat(answers.get(0).path("span_id").asText()).isEqualTo(request.id());
            assertThat(answers.get(1).has("trace_id")).isFalse();
        }
    }

    @Test
    void theCollectorGetsTheHeadersAndNoLogHasThem() {
        String secret = "planted-for-the-collector";
        for (String format : List.of("text", "json")) {
            try (TraceCollector collector = TraceCollector.start();
                    MemberProcess member = MemberProcess.start(with(
                            collector.settings(),
                            "OTEL_EXPORTER_OTLP_HEADERS",
                            "x-token=" + secret,
                            "LOG_FORMAT",
                            format,
                            "LOG_LEVEL",
                            "TRACE"))) {
                sampled(member.client(), TRACE).register("payments", "127.0.0.2");
                collector.await(TRACE, REGISTER);
                assertThat(collector.headers())
                        .allSatisfy(headers -> assertThat(headers).containsEntry("X-token", secret));
                collector.answer(401);
                sampled(member.client(), TRACE).register("payments", "127.0.0.2");
                await().atMost(PATIENCE).until(() -> member.log().contains(" takes no traces "));
                member.stop();

                assertThat(member.log()).doesNotContain(secret);
            }
        }
        ProgramRun refused = ProgramRun.of(Map.of(
                "BACKEND_STORAGE", "InMemory",
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318",
                "OTEL_EXPORTER_OTLP_HEADERS", secret));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errors()).contains("OTEL_EXPORTER_OTLP_HEADERS: ").doesNotContain(secret);
        assertThat(refused.output()).doesNotContain(secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTEL_EXPORTER_OTLP_TRACES_HEADERS=planted-secret", "OTEL_BSP_MAX_QUEUE_SIZE=many"})
    void aVariableThatOpenTelemetryDoesNotTakeStopsTheStart(String variable) {
        String[] parts = variable.split("=", 2);
        ProgramRun refused = ProgramRun.of(Map.of(
                "BACKEND_STORAGE",
                "InMemory",
                "HOST",
                "127.0.0.1",
                "PORT",
                "0",
                "STATSD_PORT",
                "0",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:4318",
                parts[0],
                parts[1]));

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains("discovery cannot start: OpenTelemetry does not take a variable");
        assertThat(refused.errors() + refused.output()).doesNotContain("planted-secret");
    }

    @Test
    void withoutACollectorNoClassOfOpenTelemetryIsLoaded(@TempDir Path dir) throws Exception {
        Path off = dir.resolve("off.log");
        try (MemberProcess member = MemberProcess.start(
                Map.of("OTEL_TRACES_SAMPLER", "always_on", "OTEL_SERVICE_NAME", "discovery"),
                "-Xlog:class+load:file=" + off)) {
            sampled(member.client(), TRACE).register("payments", "127.0.0.2");
            sampled(member.client(), TRACE).get("/v1/registration/payments");
            member.stop();
        }
        assertThat(Files.readString(off))
                .contains("io.discovery.http.EndpointHandler")
                .doesNotContain(
                        "io.opentelemetry.", "io.discovery.tracing.Tracing ", "io.discovery.tracing.CurrentTrace");

        Path on = dir.resolve("on.log");
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(collector.settings(), "-Xlog:class+load:file=" + on)) {
            sampled(member.client(), TRACE).register("payments", "127.0.0.2");
        }
        assertThat(Files.readString(on)).contains("io.opentelemetry.sdk.trace.SdkSpan ");
    }
}
