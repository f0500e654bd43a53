package io.discovery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The lines of the audit log that clients cause. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class AuditIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path dir;

    @Test
    void eachChangeAndEachRefusalHasALine() throws IOException {
        Path file = dir.resolve("audit.log");
        Path identities = TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml"));
        try (MemberProcess member =
                        MemberProcess.start(Map.of("AUDIT_LOG", file.toString(), "AUTH_FILE", identities.toString()));
                XdsClient xds = new XdsClient()) {
            TestClient writer =
                    TestIdentities.clientOf(member.client(), "writer").with("X-Request-Id", "request-7");
            TestClient reader = TestIdentities.clientOf(member.client(), "reader");
            writer.register("payments", Map.of("ip", "127.0.0.9", "revision", "r1"));
            writer.register("payments", Map.of("ip", "127.0.0.9", "revision", "r1"));
            writer.register("payments", Map.of("ip", "127.0.0.9", "revision", "r2"));
            writer.post("/v1/loadbalancing/payments/127.0.0.9", Map.of("load_balancing_weight", "7"));
            writer.delete("/v1/registration/payments/127.0.0.9");
            writer.delete("/v1/registration/payments/127.0.0.9");
            reader.delete("/v1/registration/payments/127.0.0.9?token=planted");
            member.client().get("/v1/services");
            writer.post("/v1/registrations", "application/json", "[{\"service\": \"orders\", \"ip\": \"127.0.0.1\"}]");
            try (var stream = xds.endpoints(member.port())) {
                stream.send(DiscoveryRequest.getDefaultInstance());
                stream.awaitEnd();
            }
            // A line may be half written yet.
            await().until(() -> Files.readAllLines(file).size() >= 10);
            member.stop();
        }

        List<JsonNode> lines = lines(file);
        assertThat(lines.stream().map(line -> String.join(" ", text(line, "action"), text(line, "result"))))
                .startsWith("start ", "register 200", "register 200", "weight 204", "deregister 200", "deregister 404")
                .contains("GET /v1/services 401")
                .endsWith("stop ");
        JsonNode first = lines.get(1);
        assertThat(List.of(
                        text(first, "identity"),
                        text(first, "proof"),
                        text(first, "address"),
                        text(first, "service"),
                        text(first, "host"),
                        text(first, "request")))
                .containsExactly("writer", "token", "127.0.0.1", "payments", "127.0.0.9", "request-7");
        assertThat(lines.get(2).path("before").toString()).isEqualTo("{\"revision\":\"r1\"}");
        assertThat(lines.get(2).path("after").toString()).isEqualTo("{\"revision\":\"r2\"}");
        assertThat(lines.get(3).path("after").toString()).contains("load_balancing_weight", "7");
        assertThat(lines.toString())
                .contains(
                        "given token of reader, expected an identity that may write",
                        "UNAUTHENTICATED",
                        "may write the service orders")
                .doesNotContain("planted", TestIdentities.tokenOf("writer"));
        ProgramRun.of(Map.of(), "--verify-audit", file.toString()).succeeded();
    }

    private static String text(JsonNode line, String field) {
        return line.path(field).asText();
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    @Test
    void changesAreRefusedWhileTheLogCannotBeWrittenIfTheOperatorWantsThat() {
        try (MemberProcess strict =
                MemberProcess.start(Map.of("AUDIT_LOG", "/dev/full", "AUDIT_ON_FAILURE", "refuse"))) {
            await().untilAsserted(() -> {
                var answer = strict.client().post("/v1/registration/payments", TestClient.registration(Map.of()));
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.body()).contains("audit");
            });
            assertThat(strict.client().get("/v1/registration/payments").statusCode())
                    .isEqualTo(200);
        }
        try (MemberProcess lenient = MemberProcess.start(Map.of("AUDIT_LOG", "/dev/full"))) {
            lenient.client().register("payments", "127.0.0.9");
            lenient.client().register("payments", "127.0.0.8");
        }
    }
}
