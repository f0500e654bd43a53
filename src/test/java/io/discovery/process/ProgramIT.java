package io.discovery.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.config.HelpText;
import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.HeapEater;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.ProgramRun;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** The built jar as a person starts it: {@code java -jar target/discovery.jar}. */
@Timeout(120)
class ProgramIT {

    /** A heap that is enough to start, and soon eaten. */
    private static final String SMALL_HEAP = "-Xmx64m";

    @Test
    void helpTellsAllSettingsAndNothingElseHappens() {
        ProgramRun run = ProgramRun.of(Map.of(), "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).isEqualTo(HelpText.of(ProgramVersion.version()));
        assertThat(run.errors()).isEmpty();
    }

    @Test
    void versionIsThatOfTheBuild() {
        ProgramRun run = ProgramRun.of(Map.of(), "--version");

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).matches("discovery [0-9]+\\.[0-9]+\\.[0-9]+(-SNAPSHOT)?\n");
        assertThat(run.errors()).isEmpty();
    }

    @Test
    void anUnknownArgumentIsNamedWithThoseThereAre() {
        ProgramRun run = ProgramRun.of(Map.of(), "--port=80");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors())
                .isEqualTo(
                        "discovery: given '--port=80', expected --help, --version, --new-token NAME, --new-password NAME, --verify-audit FILE..., --rehearse or nothing;"
                                + " settings are environment variables\n");
        assertThat(run.output()).isEmpty();
    }

    @Test
    void aRehearsalEndsByItselfAndLeavesNothing() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Set<Path> before = rehearsalsIn(temporary);

        ProgramRun run = ProgramRun.of(Map.of("PORT", "no number", "CLUSTER_MEMBERS", "nowhere"), "--rehearse");

        // Some versions of Java warn of what libraries do, on the standard error.
        assertThat(run.errors()).doesNotContain("discovery:");
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).contains("open for reads", "stopped");
        assertThat(rehearsalsIn(temporary)).isEqualTo(before);
    }

    private static Set<Path> rehearsalsIn(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.filter(file -> file.getFileName().toString().startsWith("discovery-rehearsal"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void wrongSettingsAreListedAllAtOnce() {
        ProgramRun run =
                ProgramRun.of(Map.of("BACKEND_STORAGE", "InMemory", "PORT", "http", "HOST_TTL", "0", "DEBUG", "maybe"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors().lines())
                .containsExactlyInAnyOrder(
                        "discovery: wrong settings, see --help",
                        "  PORT: given 'http', expected an integer from 0 to 65535",
                        "  HOST_TTL: given '0', expected an integer from 1 to 2592000",
                        "  DEBUG: given 'maybe', expected true or false");
    }

    @Test
    void anUnknownBackendIsAnsweredWithThoseThereAre() {
        ProgramRun run = ProgramRun.of(Map.of("BACKEND_STORAGE", "Redis"));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).contains("BACKEND_STORAGE", "Redis", "DynamoDB", "InFile", "InMemory");
    }

    /** The default backend is the seed's. */
    @Test
    void withoutATableItSaysHowToNameOne() {
        ProgramRun run = ProgramRun.of(Map.of());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .endsWith("discovery cannot start: no DynamoDB table is named; set DYNAMODB_TABLE_HOSTS to its name\n");
    }

    @Test
    void aMissingTableEndsItAndSaysWhatToDo() {
        String table = DynamoDbLocal.newTableName();
        DynamoDbLocal server = DynamoDbLocal.server();
        // The first request may take seconds on a busy machine, and a member would wait for the end of such an outage.
        assertThatThrownBy(() -> server.client().describeTable(request -> request.tableName(table)))
                .isInstanceOf(ResourceNotFoundException.class);
        ProgramRun run = ProgramRun.of(server.environment(table));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("discovery cannot start: DynamoDB table " + table, "DYNAMODB_CREATE_TABLES_IN_APP");
    }

    @Test
    void aTakenPortIsNamedAndEndsIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            ProgramRun run = ProgramRun.ofMember(Map.of("PORT", port));

            assertThat(run.exitCode()).isEqualTo(1);
            // Newer JDKs warn of what libraries do, before it.
            assertThat(run.errors())
                    .endsWith("discovery cannot start: it cannot listen on HOST 127.0.0.1, PORT " + port
                            + ": Address already in use;"
                            + " HOST must be an address of this machine, and no other process may have the port\n");
        }
    }

    @Test
    void aTakenPortForDnsIsNamedAndEndsItToo() throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            ProgramRun run = ProgramRun.ofMember(Map.of("DNS_PORT", port));

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.errors())
                    .endsWith("discovery cannot start: it cannot listen on HOST 127.0.0.1, DNS_PORT " + port
                            + " (UDP): Address already in use;"
                            + " HOST must be an address of this machine, and no other process may have the port\n");
        }
    }

    @Test
    void sigtermIsASuccess() {
        try (MemberProcess member = MemberProcess.start(Map.of())) {
            assertThat(member.stop()).isZero();
        }
    }

    /** A member that lived on without one of its threads would give wrong answers. */
    @Test
    void runningOutOfMemoryEndsItWithoutAnyFlag(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("eat");
        try (MemberProcess member = MemberProcess.start(Map.of(), SMALL_HEAP, HeapEater.option(dir, file))) {
            Files.createFile(file);

            assertThat(member.awaitExit()).isEqualTo(3);
            assertThat(member.log()).contains("OutOfMemoryError");
        }
    }

    /** Whatever its collector's defaults are: tests start members with another. */
    @Test
    void aSmallHeapGivesBackWhatItDoesNotNeed() {
        try (MemberProcess member = MemberProcess.start(Map.of(), "-XX:-UseSerialGC", "-XX:+UseG1GC")) {
            assertThat(member.jcmd("VM.flags")).contains("-XX:MinHeapFreeRatio=20 ");
        }
    }

    @Test
    void memoryBesideTheHeapGoesBackToo() {
        try (MemberProcess member = MemberProcess.start(Map.of())) {
            assertThat(member.jcmd("Thread.print")).contains("discovery-native-memory");
        }
    }
}
