package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import io.discovery.testing.FakeClock;
import io.discovery.testing.Markdown;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Program;
import io.discovery.testing.SeedTable;
import io.discovery.testing.TestClient;
import io.discovery.testing.Tools;
import io.discovery.testing.Writers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The sections of src/docs/disasters.md: their commands run against real members, which clients write to and read from
 * where the page says that these notice nothing.
 */
@Tag("long")
@Tag("days")
@Timeout(240)
@Execution(ExecutionMode.CONCURRENT)
class DisastersIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration TTL = Duration.ofMinutes(10);
    /** Changes that are older than this are in each file: WRITE_BEHIND_SECONDS + 1 s. */
    private static final Duration WRITTEN_BEHIND = Duration.ofSeconds(2);

    @TempDir
    private Path dir;

    @Test
    void aFileThatWasCopiedUnderWritesBringsAllBackAndATornOneIsRefused() throws IOException {
        Tools.require("sqlite3");
        try (Rehearsal page = new Rehearsal(List.of("Take copies", "Restore from a file"), dir, Map.of()).up()) {
            Set<String> old;
            try (Writers writers = Writers.start("written", 2, page.clients(3))) {
                writers.awaitAcknowledged(50);
                long first = System.nanoTime();
                await().atMost(SOON).until(() -> System.nanoTime() - first > WRITTEN_BEHIND.toNanos());
                long copied = System.nanoTime();
                page.runThrough("integrity_check");
                old = writers.acknowledged().entrySet().stream()
                        .filter(write -> write.getValue() < copied - WRITTEN_BEHIND.toNanos())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
                assertThat(writers.acknowledged()).as("written meanwhile").hasSizeGreaterThan(old.size());
            }
            assertThat(old).hasSizeGreaterThanOrEqualTo(50);

            page.finish();

            for (int n = 1; n <= 3; n++) {
                assertThat(page.client(n).hosts("written")).containsAll(old);
            }
            assertThatATornCopyIsRefused(dir.resolve("registry.db"));
        }
    }

    private void assertThatATornCopyIsRefused(Path copy) throws IOException {
        byte[] whole = Files.readAllBytes(copy);
        Path folder = Files.createDirectory(dir.resolve("torn"));
        Path torn = folder.resolve("discovery.db");
        byte[] half = Arrays.copyOf(whole, whole.length - 100);
        Files.write(torn, half);
        try (MemberProcess member =
                MemberProcess.launch(Map.of("BACKEND_STORAGE", "InFile", "APPLICATION_DIR", folder.toString()))) {
            assertThat(member.awaitExit()).isEqualTo(1);
            String line = "discovery.db is damaged: its last page is cut off";
            assertThat(member.log()).contains(line);
            assertThat(Path.of(Rehearsal.PAGE)).content().contains("`" + line + "`");
            assertThat(torn).hasBinaryContent(half);
        }
    }

    /** DynamoDB Local cannot restore: the test copies the table at the moment that the page restores. */
    @Test
    void aTableThatWasRestoredUnderAnotherNameBringsAllBack() {
        DynamoDbLocal dynamo = DynamoDbLocal.server();
        SeedTable table = new SeedTable(dynamo.client(), DynamoDbLocal.newTableName()).create();
        SeedTable restored = new SeedTable(dynamo.client(), DynamoDbLocal.newTableName()).create();
        try (Rehearsal page = new Rehearsal(List.of("Restore a DynamoDB table"), dir, dynamo.environment(table.name()))
                .replacing("hosts-restored", restored.name())
                .up()) {
            await().atMost(SOON)
                    .until(() -> table.hosts("payments", TTL)
                            .getOrDefault("127.0.0.10", "")
                            .contains("load_balancing_weight"));
            dynamo.client()
                    .scanPaginator(scan -> scan.tableName(table.name()))
                    .items()
                    .forEach(item -> dynamo.client()
                            .putItem(put -> put.tableName(restored.name()).item(item)));
            page.client(1).register("payments", "127.0.0.99");
            page.bash("for n in 1 2 3; do ./scripts/cluster kill $n; done");
            dynamo.client().deleteTable(delete -> delete.tableName(table.name()));

            page.finish();

            assertThat(page.log(1) + page.log(2) + page.log(3))
                    .containsPattern("read [0-9]+ registrations from .*" + restored.name());
        }
    }

    @Test
    void anExportBringsHostsAndWeightsBack() {
        try (Rehearsal page = new Rehearsal(List.of("Restore from an export"), dir, Map.of()).up()) {
            page.finish();
        }
    }

    @Test
    void aMoveFromFilesToATableLosesNothingAndFailsNoClient() {
        DynamoDbLocal dynamo = DynamoDbLocal.server();
        SeedTable table = new SeedTable(dynamo.client(), DynamoDbLocal.newTableName());
        try (Rehearsal page = new Rehearsal(List.of("Move to another backend"), dir, Map.of())
                .replacing("127.0.0.1:8000", "127.0.0.1:" + dynamo.port())
                .replacing("DYNAMODB_TABLE_HOSTS=hosts ", "DYNAMODB_TABLE_HOSTS=" + table.name() + " ")
                .up()) {
            page.client(2).register("payments", "127.0.0.66");
            assertThat(page.client(2)
                            .delete("/v1/registration/payments/127.0.0.66")
                            .statusCode())
                    .isEqualTo(200);
            Set<String> acknowledged;
            try (SteadyClient steady = SteadyClient.start(page.clients(3))) {
                page.runThrough("BACKEND_STORAGE_BEFORE");
                acknowledged = steady.stop();
            }
            assertThat(acknowledged).hasSizeGreaterThan(50);
            page.finish();
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(table.hosts("written", TTL).keySet()).isEqualTo(acknowledged));
            assertThat(table.query("payments"))
                    .as("the removed host is in the table as removed")
                    .hasSize(2);
            assertThat(page.bash("./scripts/discovery members")).doesNotContain("InFile");

            page.bash("for n in 1 2 3; do ./scripts/cluster kill $n; done && rm data/cluster/*/discovery.db*");
            page.with(dynamo.environment(table.name()));
            page.bash("./scripts/cluster up");

            assertThat(page.client(3).hosts("written")).isEqualTo(acknowledged);
            assertThat(page.client(3).hosts("payments")).containsExactly("127.0.0.10");
            assertThat(page.client(3).get("/v1/registration/payments").body()).contains("\"load_balancing_weight\": 7");
        }
    }

    /** The page's loop in a shell that goes on after a failure, as an operator's does. */
    @Test
    void aMoveWithATypoStopsAtItsFirstMember() {
        try (Rehearsal page = new Rehearsal(List.of("Move to another backend"), dir, Map.of())
                .replacing("BACKEND_STORAGE=DynamoDB", "BACKEND_STORAGE=DynamoBD")
                .replacing("safe --wait --members", "safe --wait=30s --members")
                .replacing("safe --wait=1m --members", "safe --wait=30s --members")
                .up()) {
            assertThatThrownBy(() -> page.runThrough("BACKEND_STORAGE_BEFORE")).isInstanceOf(AssertionError.class);

            for (int n = 2; n <= 3; n++) {
                assertThat(page.client(n).hosts("payments")).containsExactly("127.0.0.10");
            }
            assertThat(page.client(2).get("/v1/cluster").body().split("\"self\"", -1))
                    .as("members of the cluster")
                    .hasSize(1 + 2);
        }
    }

    @Test
    void allMachinesAreReplacedUnderWrites() {
        try (Rehearsal page = new Rehearsal(List.of("Replace all machines"), dir, Map.of()).up()) {
            Set<String> acknowledged;
            try (SteadyClient steady = SteadyClient.start(page.clients(6))) {
                page.finish();
                acknowledged = steady.stop();
            }
            assertThat(acknowledged).hasSizeGreaterThan(50);
            for (int n = 4; n <= 6; n++) {
                assertThat(page.client(n).hosts("written")).isEqualTo(acknowledged);
                assertThat(page.client(n).get("/v1/registration/payments").body())
                        .contains("\"load_balancing_weight\": 7");
            }
        }
    }

    @Test
    void theLastOfThreeGoesOnAndTellsTwoNewOnesAll() {
        try (Rehearsal page = new Rehearsal(List.of("Two of three are lost"), dir, Map.of()).up()) {
            page.finish();

            for (int n = 1; n <= 3; n++) {
                assertThat(page.client(n).get("/v1/registration/payments").body())
                        .contains("127.0.0.10", "127.0.0.11", "\"load_balancing_weight\": 7");
            }
        }
    }

    @Test
    void aClockThatIsDaysWrongDropsNoHostAndKeepsNoneForEver() {
        if (!FakeClock.isThere()) {
            Tools.skip("no clock is set wrong; there is no libfaketime");
        }
        int ttl = 15;
        FakeClock oldest = new FakeClock(dir.resolve("clock-1"));
        FakeClock youngest = new FakeClock(dir.resolve("clock-3"));
        List<MemberProcess> members = new ArrayList<>();
        try (Rehearsal page = new Rehearsal(
                List.of("A clock is wrong"),
                dir,
                Map.of("HOST_TTL", Integer.toString(ttl), "BACKEND_STORAGE", "InMemory"))) {
            for (int n = 1; n <= 3; n++) {
                Map<String, String> environment = page.environment(n);
                environment.putAll(n == 1 ? oldest.environment() : n == 3 ? youngest.environment() : Map.of());
                members.add(MemberProcess.launch(environment));
                TestClient member = page.client(n);
                await().atMost(SOON).until(() -> member.answers("/health/writable"));
            }
            members.forEach(MemberProcess::awaitReady);
            try (SteadyClient steady = SteadyClient.start(page.clients(3))) {
                youngest.set(Duration.ofDays(-1));
                oldest.set(Duration.ofDays(30));
                await().atMost(SOON)
                        .until(() -> offset(page.client(1)) > 80_000e6 && offset(page.client(3)) < -80_000e6);
                registerSilent(page);
                page.finish();
                assertThat(page.bash("./scripts/discovery doctor || true")).contains("is off by");
                awaitSilentGone(page, ttl);
                // A quarter faster from the 30th look at the clock on.
                await().atMost(SOON).until(() -> Math.abs(offset(page.client(2))) > 3e6);

                oldest.set(Duration.ZERO);
                youngest.set(Duration.ZERO);
                registerSilent(page);
                awaitSilentGone(page, 2 * ttl);
                assertThat(steady.stop()).hasSizeGreaterThan(50);
            }
        } finally {
            members.forEach(MemberProcess::close);
        }
    }

    private static void awaitSilentGone(Rehearsal page, int seconds) {
        await().atMost(Duration.ofSeconds(seconds + 5))
                .untilAsserted(() -> assertThat(page.client(1).hosts("silent")).isEmpty());
    }

    /** A member whose clock has just been set takes no writes for a second. */
    private static void registerSilent(Rehearsal page) {
        await().atMost(SOON).untilAsserted(() -> page.client(2).register("silent", "127.0.0.20"));
    }

    private static double offset(TestClient member) {
        return member.metric("discovery_clock_offset_microseconds");
    }

    @Test
    void changesWaitWhileADiskIsFullAndAreWrittenWhenThereIsRoom() throws IOException {
        try (Rehearsal page = new Rehearsal(List.of("A disk is full"), dir, Map.of())) {
            Path disk = Files.createDirectories(page.folder(1));
            if (Program.of("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString())
                            .run(SOON)
                            .exitCode()
                    != 0) {
                Tools.skip("no disk is filled; it takes the right to mount a tmpfs");
            }
            try {
                page.up();
                fill(disk.resolve("old-logs"));
                String tags = TestClient.TAGS.replace("\"i\"", "\"" + "i".repeat(400) + "\"");
                for (int host = 1; host <= 250; host++) {
                    assertThat(page.client(1)
                                    .post(
                                            "/v1/registration/many",
                                            TestClient.registration(Map.of("ip", "127.7.0." + host, "tags", tags)))
                                    .statusCode())
                            .isEqualTo(200);
                }
                await().atMost(SOON)
                        .until(() -> page.client(1).get("/health/ready").body().contains("its disk is full"));
                assertThat(page.client(1).hosts("many")).hasSize(250);

                page.finish();

                assertThat(page.client(1).metric("discovery_backend_written_total"))
                        .isGreaterThanOrEqualTo(250);
            } finally {
                page.end();
                Program.of("umount", "-l", disk.toString()).run(SOON).succeeded();
            }
        }
    }

    private static void fill(Path file) throws IOException {
        try (OutputStream output = Files.newOutputStream(file)) {
            while (true) {
                output.write(new byte[4_096]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    @Test
    void changesWaitWhileATableThrottlesAndAreWrittenWhenItDoesNot() {
        DynamoDbLocal dynamo = DynamoDbLocal.server();
        SeedTable table = new SeedTable(dynamo.client(), DynamoDbLocal.newTableName()).create();
        try (DynamoDbProxy proxy = DynamoDbProxy.before(dynamo.port());
                Rehearsal page = new Rehearsal(
                                List.of("DynamoDB throttles"),
                                dir,
                                DynamoDbLocal.environment(table.name(), proxy.endpoint()))
                        .up()) {
            proxy.throttle("PutItem", Integer.MAX_VALUE);
            for (int host = 1; host <= 30; host++) {
                page.client(1).register("many", "127.7.0." + host);
            }
            await().atMost(SOON)
                    .until(() -> page.client(1).get("/health/ready").body().contains("throttles"));
            assertThat(page.client(2).hosts("many")).hasSize(30);
            page.runThrough("doctor");
            proxy.restore();

            page.finish();

            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(table.hosts("many", TTL).keySet()).hasSize(30));
        }
    }

    /** Commands that no test runs need Amazon's service, or another machine. */
    @Test
    void allOtherCommandsOfThePageAreRun() {
        Markdown page = Markdown.read(Rehearsal.PAGE);

        assertThat(page.blocks())
                .filteredOn(block -> block.info().equals("sh not-run"))
                .isNotEmpty()
                .allMatch(block ->
                        block.text().startsWith("aws dynamodb ") || block.text().startsWith("ssh "));
        assertThat(page.anchors())
                .containsExactlyInAnyOrder(
                        "backups-and-disasters",
                        "where-the-commands-run",
                        "take-copies",
                        "restore-from-a-file",
                        "restore-a-dynamodb-table",
                        "restore-from-an-export",
                        "move-to-another-backend",
                        "replace-all-machines",
                        "two-of-three-are-lost",
                        "a-clock-is-wrong",
                        "a-disk-is-full",
                        "dynamodb-throttles");
    }
}
