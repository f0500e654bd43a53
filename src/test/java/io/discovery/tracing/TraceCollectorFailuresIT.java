package io.discovery.tracing;

import static io.discovery.testing.TraceCollector.TRACE;
import static io.discovery.testing.TraceCollector.sampled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import io.discovery.testing.TraceCollector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members whose collector is gone, frozen or refuses what it gets, or whose settings for it are wrong. */
@Tag("long")
@Timeout(180)
class TraceCollectorFailuresIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String REGISTER = "POST /v1/registration/:service";

    @Test
    void aCollectorThatIsGoneIsSaidOnceAndChangesNothingElse() {
        int port = Ports.free(1).get(0);
        try (MemberProcess member = MemberProcess.start(TraceCollector.settings(
                port, Map.of("OTEL_TRACES_SAMPLER", "always_on", "OTEL_EXPORTER_OTLP_TIMEOUT", "1000")))) {
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
                        MemberProcess.start(collector.settings(Map.of("OTEL_TRACES_SAMPLER", "always_on")))) {
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
                MemberProcess member = MemberProcess.start(collector.settings(
                        Map.of("OTEL_TRACES_SAMPLER", "always_on", "OTEL_EXPORTER_OTLP_TIMEOUT", "2000")))) {
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
    void aCollectorThatNeverEndedItsAnswersIsTriedAgain() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(collector.settings(
                        Map.of("OTEL_TRACES_SAMPLER", "always_on", "OTEL_EXPORTER_OTLP_TIMEOUT", "500")))) {
            TestClient client = member.client();
            collector.breakOff(true);
            await().atMost(PATIENCE).until(() -> {
                client.register("payments", "127.0.0.2");
                return collector.brokenOff() >= 3;
            });
            assertThat(client.metric("discovery_traces_spans_sent_total")).isZero();
            assertThat(client.metric("discovery_traces_spans_dropped_total")).isPositive();

            collector.breakOff(false);
            await().atMost(PATIENCE).until(() -> {
                client.register("payments", "127.0.0.2");
                return client.metric("discovery_traces_spans_sent_total") > 0;
            });
            assertThat(member.log().lines().filter(line -> line.contains(" takes no traces ")))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("its answers do not end");
            assertThat(member.log()).contains(" takes traces again");
        }
    }

    @Test
    void theCollectorGetsTheHeadersAndNoLogHasThem() {
        String secret = "planted-for-the-collector";
        for (String format : List.of("text", "json")) {
            try (TraceCollector collector = TraceCollector.start();
                    MemberProcess member = MemberProcess.start(collector.settings(Map.of(
                            "OTEL_EXPORTER_OTLP_HEADERS",
                            "x-token=" + secret,
                            "LOG_FORMAT",
                            format,
                            "LOG_LEVEL",
                            "TRACE")))) {
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
        ProgramRun refused = ProgramRun.ofMember(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", "OTEL_EXPORTER_OTLP_HEADERS", secret));
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.errors()).contains("OTEL_EXPORTER_OTLP_HEADERS: ").doesNotContain(secret);
        assertThat(refused.output()).doesNotContain(secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTEL_EXPORTER_OTLP_TRACES_HEADERS=planted-secret", "OTEL_BSP_MAX_QUEUE_SIZE=many"})
    void aVariableThatOpenTelemetryDoesNotTakeStopsTheStart(String variable) {
        String[] parts = variable.split("=", 2);
        ProgramRun refused =
                ProgramRun.ofMember(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", parts[0], parts[1]));

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains("discovery cannot start: OpenTelemetry does not take " + parts[0]);
        assertThat(refused.errors() + refused.output()).doesNotContain("planted-secret");
    }
}
