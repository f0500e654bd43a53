package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpExchange;
import io.discovery.testing.ExternalProcess;
import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exports into files, links and pipes, some of which fail. */
@Timeout(60)
class ExportTest {

    private final ScriptedCommands commands = new ScriptedCommands();

    private static final String EXPORTED = "{\"service\": \"a\"}\n";

    private static Reply exported(HttpExchange exchange) {
        return new Reply(
                200,
                Map.of(),
                exchange.getRequestURI().getPath().endsWith("/services")
                        ? "{\"services\": [{\"service\": \"a\", \"hosts\": 1}]}"
                        : "{\"hosts\": [{\"service\": \"a\"}]}");
    }

    private int export(Path file) {
        try (ScriptedMember server = ScriptedMember.answering(ExportTest::exported)) {
            return commands.run(server, "export", file.toString());
        }
    }

    @Test
    void anExportReplacesTheFileBehindALinkAndKeepsItsPermissions(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("file"));
        Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), Path.of("new"));

        assertThat(export(link)).isZero();
        assertThat(export(dangling)).isZero();

        assertThat(link).isSymbolicLink().hasContent(EXPORTED);
        assertThat(dangling).isSymbolicLink().hasContent(EXPORTED);
        assertThat(file).isRegularFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(dir).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void twoExportsToOneFileDoNotMix(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("file");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch isOther = new CountDownLatch(1);
        try (ScriptedMember server = ScriptedMember.answering(exchange -> {
            boolean isSlow = exchange.getRequestURI().getPath().endsWith("/slow");
            if (isSlow) {
                asked.countDown();
                ScriptedCommands.reaches(isOther, 30);
            }
            return new Reply(200, Map.of(), "{\"hosts\": [{\"service\": \"" + (isSlow ? "slow" : "quick") + "\"}]}");
        })) {
            CompletableFuture<Integer> slow =
                    CompletableFuture.supplyAsync(() -> commands.run(server, "export", "-s", "slow", file.toString()));
            assertThat(ScriptedCommands.reaches(asked, 30)).isTrue();

            assertThat(commands.run(server, "export", "-s", "quick", file.toString()))
                    .isZero();
            assertThat(file).hasContent("{\"service\": \"quick\"}\n");
            isOther.countDown();

            assertThat(slow.get(30, TimeUnit.SECONDS)).isZero();
        }

        assertThat(file).hasContent("{\"service\": \"slow\"}\n");
        assertThat(dir).isDirectoryNotContaining("glob:**.partial");
    }

    @ParameterizedTest
    @ValueSource(strings = {"services", "hosts"})
    void anAnswerWithoutTheListIsNoEmptyOne(String list, @TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "old");
        try (ScriptedMember server = ScriptedMember.answering(exchange -> {
            Reply reply = exported(exchange);
            return new Reply(200, Map.of(), reply.body().replace("\"" + list + "\": [", "\"other\": ["));
        })) {
            assertThat(commands.run(server, "export", file.toString())).isEqualTo(1);
        }

        assertThat(commands.errors()).contains("(it has no array \"" + list + "\"): check the endpoint");
        assertThat(file).hasContent("old");
    }

    private static Path pipe(Path dir) {
        Path pipe = dir.resolve("pipe");
        assumeThat(Files.isExecutable(Path.of("/usr/bin/mkfifo")))
                .as("skipped: pipes with names need mkfifo")
                .isTrue();
        io.discovery.testing.Program.of("mkfifo", pipe.toString())
                .run(Duration.ofSeconds(10))
                .succeeded();
        return pipe;
    }

    @Test
    void anExportIntoAPipeIsReadThere(@TempDir Path dir) throws IOException {
        Path pipe = pipe(dir);

        try (ExternalProcess reader =
                io.discovery.testing.Program.of("cat", pipe.toString()).startPiped("a reader")) {
            assertThat(export(pipe)).isZero();
            assertThat(Files.isRegularFile(pipe)).isFalse();
            assertThat(reader.output().readLine()).isEqualTo(EXPORTED.strip());
        }
    }

    @Test
    void anExportWhoseReaderEndsHasFailed(@TempDir Path dir) {
        Path pipe = pipe(dir);

        try (ExternalProcess reader = io.discovery.testing.Program.of("sh", "-c", ": < \"$0\"", pipe.toString())
                        .start("a reader");
                ScriptedMember server = ScriptedMember.answering(exchange -> {
                    reader.awaitExit();
                    return exported(exchange);
                })) {
            assertThat(commands.run(server, "export", pipe.toString())).isEqualTo(1);
            assertThat(commands.runWithoutReader(server, "export")).isEqualTo(1);
        }

        assertThat(commands.errors())
                .contains("export: the reader of its output has ended")
                .doesNotContain("exported");
    }

    /** The standard error of a nightly export is a file, too. */
    @Test
    void anExportThatIsWholeSucceedsWithoutAWord(@TempDir Path dir) {
        Path file = dir.resolve("file");
        try (ScriptedMember server = ScriptedMember.answering(ExportTest::exported)) {
            assertThat(commands.runWithFullErrors(server, "export", file.toString()))
                    .isZero();
            assertThat(commands.runWithoutReaderOfErrors(server, "export", file.toString()))
                    .isZero();
        }

        assertThat(file).hasContent(EXPORTED);
    }

    @Test
    void anExportThatFailsLeavesTheFileAsItWas(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "old");
        try (ScriptedMember server = ScriptedMember.inOrder(
                new Reply(200, Map.of(), "{\"services\": [{\"service\": \"a\", \"hosts\": 1}]}"))) {
            assertThat(commands.run(server, "export", file.toString())).isEqualTo(1);
        }

        assertThat(file).hasContent("old");
        assertThat(dir).isDirectoryNotContaining("glob:**.partial");
    }
}
