package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.json.JsonText;
import io.discovery.testing.FailingThread;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All that members print with LOG_FORMAT=json, from the start to the stop. */
@Tag("long")
@Timeout(180)
class LogFormatIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, String> JSON = Map.of("LOG_FORMAT", "json", "LOG_LEVEL", "TRACE");
    private static final Set<String> FIELDS = Set.of("time", "level", "logger", "thread", "member", "message", "error");
    private static final Set<String> LEVELS = Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");

    @Test
    void everyLineOfMembersThatMeetPartAndStopIsOneObject() {
        try (TestCluster cluster = TestCluster.start(2, JSON)) {
            TestClient client = cluster.client(0);
            client.register("payments", "127.0.0.2");
            client.get("/nowhere");
            cluster.member(1).freeze();
            await().atMost(PATIENCE).until(() -> client.metric("discovery_members") == 1);
            cluster.member(1).thaw();
            await().atMost(PATIENCE).until(() -> client.metric("discovery_members") == 2);
            assertThat(cluster.member(1).stop()).isZero();
            assertThat(cluster.member(0).stop()).isZero();

            for (int n = 0; n < 2; n++) {
                List<JsonNode> lines = linesOf(cluster.member(n).log());
                assertThat(lines.stream().map(line -> line.path("logger").asText()))
                        .anyMatch(logger -> logger.startsWith("com.hazelcast"))
                        .contains("io.discovery.member.StartLog", "io.discovery.member.Member");
                String name = "127.0.0.1:" + cluster.environment(n).get("CLUSTER_PORT");
                assertThat(namesIn(lines)).containsExactly(name);
                JsonNode last = lines.get(lines.size() - 1);
                assertThat(last.path("message").asText()).isEqualTo("stopped");
                assertThat(last.path("member").asText()).isEqualTo(name);
                assertThat(lines)
                        .filteredOn(line -> line.path("message").asText().startsWith("Discovery "))
                        .singleElement()
                        .satisfies(up -> assertThat(up.path("message").asText()).contains("\n    backend "));
            }
        }
    }

    @Test
    void aFailureHasItsStackOnItsLine(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("fail");
        try (MemberProcess member =
                MemberProcess.start(Map.of("LOG_FORMAT", "json"), FailingThread.option(dir, file))) {
            Files.createFile(file);
            await().atMost(PATIENCE).until(() -> member.log().contains("the thread failing"));
            assertThat(member.stop()).isZero();

            List<JsonNode> lines = linesOf(member.log());
            assertThat(lines)
                    .filteredOn(line -> line.path("logger").asText().equals(FailingThread.class.getName()))
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line.path("message").asText()).isEqualTo("planted by java.util.logging"));
            assertThat(lines)
                    .filteredOn(line -> line.has("error"))
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.path("message").asText())
                                .isEqualTo("an uncaught exception ended the thread failing");
                        assertThat(line.at("/error/message").asText()).isEqualTo(FailingThread.MESSAGE);
                        assertThat(line.at("/error/stack").asText())
                                .contains("\n\tat io.discovery.testing.FailingThread.", "Caused by: ");
                    });
        }
    }

    @Test
    void linesOfTheAuditLogAreAChain(@TempDir Path dir) throws IOException {
        try (MemberProcess member =
                MemberProcess.start(Map.of("LOG_FORMAT", "json", "AUDIT_LOG", "log", "LOG_LEVEL", "ERROR"))) {
            member.client().register("payments", "127.0.0.2");
            assertThat(member.stop()).isZero();
            Files.write(
                    dir.resolve("audit.log"),
                    linesOf(member.log()).stream()
                            .filter(line -> line.path("logger").asText().equals("audit"))
                            .map(line -> line.path("message").asText())
                            .toList());
        }

        assertThat(ProgramRun.of(
                                Map.of(),
                                "--verify-audit",
                                dir.resolve("audit.log").toString())
                        .succeeded()
                        .output())
                .startsWith("whole: lines 1 to 3 ");
    }

    @Test
    void aProgramThatCannotStartSaysSoInJsonToo() throws IOException {
        ProgramRun wrong = ProgramRun.of(Map.of("LOG_FORMAT", "json", "BACKEND_STORAGE", "InMemory", "PORT", "http"));

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.errors()).isEmpty();
        assertThat(linesOf(wrong.output()))
                .last()
                .satisfies(line -> assertThat(line.path("message").asText())
                        .isEqualTo("discovery: wrong settings, see --help\n"
                                + "  PORT: given 'http', expected an integer from 0 to 65535"));

        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProgramRun refused =
                    ProgramRun.ofMember(Map.of("LOG_FORMAT", "json", "PORT", Integer.toString(taken.getLocalPort())));

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(linesOf(refused.output())).anySatisfy(line -> {
                assertThat(line.path("level").asText()).isEqualTo("ERROR");
                assertThat(line.path("message").asText()).startsWith("discovery cannot start: it cannot listen");
            });
        }
    }

    @Test
    void anUnknownFormatIsAWrongSettingInText() {
        ProgramRun run = ProgramRun.of(Map.of("LOG_FORMAT", "xml", "BACKEND_STORAGE", "InMemory"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors().lines()).contains("  LOG_FORMAT: given 'xml', expected text or json");
    }

    /** Reads all lines; fails unless each is an object of the fields that there are. */
    private static List<JsonNode> linesOf(String log) {
        List<JsonNode> lines = log.lines()
                .map(line -> JsonText.parse(line).orElseThrow(() -> new AssertionError("no JSON: " + line)))
                .toList();
        assertThat(lines).isNotEmpty().allSatisfy(line -> {
            assertThat(line.properties()).extracting(Map.Entry::getKey).isSubsetOf(FIELDS);
            Instant.parse(line.path("time").asText());
            assertThat(line.path("level").asText()).isIn(LEVELS);
            assertThat(line.path("logger").asText()).isNotEmpty();
            assertThat(line.path("thread").asText()).isNotEmpty();
            assertThat(line.path("message").isTextual()).isTrue();
            if (line.has("error")) {
                assertThat(line.at("/error/type").asText()).isNotEmpty();
                assertThat(line.at("/error/stack").asText()).contains("\tat ");
            }
        });
        return lines;
    }

    private static Set<String> namesIn(List<JsonNode> lines) {
        return lines.stream()
                .filter(line -> line.has("member"))
                .map(line -> line.path("member").asText())
                .collect(Collectors.toSet());
    }
}
