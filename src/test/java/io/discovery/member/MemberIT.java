package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Http2Client;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import io.vertx.core.http.GoAway;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One real member from the built jar: how it lives where the machine is not friendly, and how it ends. */
@Execution(ExecutionMode.CONCURRENT)
class MemberIT {

    @TempDir
    private Path dir;

    @Test
    void aStopTellsLoadBalancersFirstAndServesOnMeanwhile() {
        try (MemberProcess member = MemberProcess.start(Map.of("SHUTDOWN_DELAY_SECONDS", "2"))) {
            TestClient client = member.client();
            client.register("payments", "127.0.0.2");
            assertThat(client.get("/health/ready").headers().firstValue("Connection"))
                    .isEmpty();

            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(member::stop);
            await().pollInterval(Duration.ofMillis(20)).until(() -> !client.answers("/health/ready"));

            HttpResponse<String> ready = client.get("/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("\"reason\": \"stopping\"");
            // RFC 9112, 9.6: who has a connection open is to come again on another, and so to another member.
            assertThat(ready.headers().firstValue("Connection")).contains("close");
            assertThat(client.get("/health/writable").statusCode()).isEqualTo(503);
            assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
            client.register("payments", "127.0.0.3");
            assertThat(client.hosts("payments")).isEqualTo(Set.of("127.0.0.2", "127.0.0.3"));
            assertThat(exit).isNotDone();

            assertThat(exit.join()).isZero();
            assertThat(member.log()).contains("stopped");
        }
    }

    /** An upgrade that overwrites the jar of a running member takes the classes away that it has yet to load. */
    @Test
    void aMemberWhoseJarWasOverwrittenStopsAsFarAsItCan() throws IOException {
        Path jar = Files.copy(MemberProcess.JAR, dir.resolve("overwritten.jar"));
        try (MemberProcess member =
                MemberProcess.launchWith(jar, List.of(), Map.of()).awaitReady()) {
            // In place: the process would keep a file that is moved away.
            Files.write(jar, new byte[(int) Files.size(jar)], StandardOpenOption.WRITE);

            assertThat(member.stop()).isEqualTo(1);

            assertThat(member.log())
                    .contains("a step of the stop failed: java.lang.NoClassDefFoundError", "cannot stop in order");
        }
    }

    /** RFC 9113, 6.8: what was asked is answered, and the client told to send no more. */
    @Test
    void aStopTellsHttp2ClientsToGoAway() {
        CompletableFuture<GoAway> goAway = new CompletableFuture<>();
        try (MemberProcess member = MemberProcess.start(Map.of("SHUTDOWN_DELAY_SECONDS", "2"));
                Http2Client http =
                        new Http2Client(member.port(), connection -> connection.goAwayHandler(goAway::complete))) {
            assertThat(http.status("/health/ready")).isEqualTo(200);
            assertThat(goAway).isNotDone();

            CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(member::stop);
            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> !member.client().answers("/health/ready"));

            assertThat(http.status("/health/ready")).isEqualTo(503);
            assertThat(goAway).succeedsWithin(Duration.ofSeconds(1));
            assertThat(exit).isNotDone();
        }
    }

    @Test
    void aTemporaryFolderThatCannotBeWrittenIsNoMatter() {
        Map<String, String> settings = inFile();
        // No user can create a file there, not even root.
        String nowhere = "-Djava.io.tmpdir=/proc/self";
        try (MemberProcess member = MemberProcess.start(settings, nowhere)) {
            member.client().register("payments", "127.0.0.2");
            assertThat(member.stop()).isZero();
        }
        try (MemberProcess again = MemberProcess.start(settings, nowhere)) {
            assertThat(again.client().hosts("payments")).isEqualTo(Set.of("127.0.0.2"));
        }
    }

    @Test
    void aSecondProcessOnTheSameFileIsRefused() {
        Map<String, String> settings = inFile();
        try (MemberProcess first = MemberProcess.start(settings);
                MemberProcess second = MemberProcess.launch(settings)) {
            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.log())
                    .contains("cannot start")
                    .contains(dir.toString())
                    .contains(Long.toString(first.pid()));
            assertThat(first.client().answers("/health/ready")).isTrue();
        }
    }

    @Test
    void aFileThatIsNotOursStopsTheStartAndStaysAsItIs() throws Exception {
        Path file = Files.writeString(dir.resolve("discovery.db"), "something else entirely".repeat(100));
        byte[] before = Files.readAllBytes(file);

        try (MemberProcess member = MemberProcess.launch(inFile())) {
            assertThat(member.awaitExit()).isEqualTo(1);
            assertThat(member.log()).contains("cannot start").contains(file.toString());
        }
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void aFileOfAnotherClusterStopsTheStart() {
        try (MemberProcess member = MemberProcess.start(inFile())) {
            assertThat(member.stop()).isZero();
        }
        Map<String, String> other = new HashMap<>(inFile());
        other.put("CLUSTER_NAME", "staging");

        try (MemberProcess member = MemberProcess.launch(other)) {
            assertThat(member.awaitExit()).isEqualTo(1);
            assertThat(member.log()).contains("staging").contains("discovery");
        }
    }

    private Map<String, String> inFile() {
        return Map.of("BACKEND_STORAGE", "InFile", "APPLICATION_DIR", dir.toString());
    }
}
