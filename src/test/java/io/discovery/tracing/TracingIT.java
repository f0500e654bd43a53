package io.discovery.tracing;

import static io.discovery.testing.TraceCollector.CALLER;
import static io.discovery.testing.TraceCollector.TRACE;
import static io.discovery.testing.TraceCollector.sampled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.testing.EventStream;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.TraceCollector;
import io.discovery.testing.TraceCollector.Received;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spans of members in processes of their own, as a collector receives them. */
@Tag("long")
@Timeout(180)
class TracingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOLD = "first watcher told";
    private static final String REGISTER = "POST /v1/registration/:service";

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
    void aSampledRequestHasItsIdsOnItsLinesOfTheLog() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member =
                        MemberProcess.start(collector.settings(Map.of("LOG_FORMAT", "json", "LOG_LEVEL", "TRACE")))) {
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
}
