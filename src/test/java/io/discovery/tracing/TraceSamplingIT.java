package io.discovery.tracing;

import static io.discovery.testing.TraceCollector.CALLER;
import static io.discovery.testing.TraceCollector.TRACE;
import static io.discovery.testing.TraceCollector.sampled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import io.discovery.testing.TraceCollector;
import io.discovery.testing.TraceCollector.Received;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The requests that members trace, and those that they do not. */
@Timeout(180)
class TraceSamplingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String REGISTER = "POST /v1/registration/:service";

    @Test
    void aHeartbeatThatIsNotSampledSendsNothing() {
        try (TraceCollector collector = TraceCollector.start();
                TestCluster cluster =
                        TestCluster.start(2, collector.settings(Map.of("OTEL_TRACES_SAMPLER_ARG", "0")))) {
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
                        MemberProcess.start(collector.settings(Map.of("OTEL_TRACES_SAMPLER", "always_on")))) {
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
                MemberProcess member = MemberProcess.start(collector.settings(Map.of(
                        "OTEL_TRACES_SAMPLER",
                        "traceidratio",
                        "OTEL_TRACES_SAMPLER_ARG",
                        "0.5",
                        "OTEL_SERVICE_NAME",
                        "registry",
                        "OTEL_RESOURCE_ATTRIBUTES",
                        "deployment.environment.name=test")))) {
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
    void tracesGoToTheirOwnAddressAndTheLogSaysIt() {
        try (TraceCollector other = TraceCollector.start();
                TraceCollector collector = TraceCollector.start()) {
            String own = "http://127.0.0.1:" + collector.port() + "/v1/traces";
            try (MemberProcess member =
                    MemberProcess.start(other.settings(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", own)))) {
                sampled(member.client(), TRACE).register("payments", "127.0.0.2");
                collector.await(TRACE, REGISTER);
                assertThat(member.log()).containsPattern("traces +to " + own + ", sampled");
            }
            assertThat(other.spans()).isEmpty();
        }
    }

    @Test
    void spansHaveNothingOfACallersTracestate() {
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(
                        collector.settings(Map.of("OTEL_RESOURCE_ATTRIBUTES", "service.name=registry")))) {
            sampled(member.client(), TRACE).with("tracestate", "vendor=planted").register("payments", "127.0.0.2");
            Received request = collector.await(TRACE, REGISTER);
            collector.await(TRACE, "shown");

            assertThat(request.attributes()).containsEntry("service.name", "registry");
            assertThat(collector.texts()).isNotEmpty().noneMatch(text -> text.contains("planted"));
        }
    }

    @Test
    void aMemberThatDoesNotTraceLoadsNoClassOfOpenTelemetry(@TempDir Path dir) throws Exception {
        Path off = dir.resolve("off.log");
        assertLoadsNone(Map.of("OTEL_TRACES_SAMPLER", "always_on", "OTEL_SERVICE_NAME", "discovery"), off);
        String log = assertLoadsNone(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", "OTEL_SDK_DISABLED", "true"), off);
        assertThat(log).containsPattern("traces +none, by OTEL_SDK_DISABLED");

        Path on = dir.resolve("on.log");
        try (TraceCollector collector = TraceCollector.start();
                MemberProcess member = MemberProcess.start(collector.settings(), "-Xlog:class+load:file=" + on)) {
            sampled(member.client(), TRACE).register("payments", "127.0.0.2");
        }
        assertThat(Files.readString(on)).contains("io.opentelemetry.sdk.trace.SdkSpan ");
    }

    /** Returns the log of a member with these settings. */
    private static String assertLoadsNone(Map<String, String> settings, Path classes) throws IOException {
        try (MemberProcess member = MemberProcess.start(settings, "-Xlog:class+load:file=" + classes)) {
            sampled(member.client(), TRACE).register("payments", "127.0.0.2");
            sampled(member.client(), TRACE).get("/v1/registration/payments");
            member.stop();
            assertThat(Files.readString(classes))
                    .contains("io.discovery.http.EndpointHandler")
                    .doesNotContain(
                            "io.opentelemetry.", "io.discovery.tracing.Tracing ", "io.discovery.tracing.CurrentTrace");
            return member.log();
        }
    }
}
