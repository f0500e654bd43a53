package io.discovery.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpExchange;
import io.discovery.cli.text.Output;
import io.discovery.testing.ExternalProcess;
import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands whose members answer as they do at bad moments alone. */
@Timeout(60)
class BadMomentsTest {

    private static final Reply UNKNOWN = Reply.refusal(503, "outcome unknown: a member was lost");
    private static final Reply NOT_READY = Reply.refusal(503, "not ready: it loads");
    private static final Reply NO_HOST = Reply.refusal(400, "no host 127.0.0.1 is registered for service payments");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String in = "";
    private List<String> terminals = List.of();

    /** Runs a command with two endpoints that are one server. */
    private int run(ScriptedMember server, String... arguments) {
        return run(server, out, err, arguments);
    }

    private int run(ScriptedMember server, OutputStream output, OutputStream errors, String... arguments) {
        String base = "http://127.0.0.1:" + server.port();
        Streams streams = new Streams(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new Output(output),
                new Output(errors),
                terminals);
        return new Program(Map.of("DISCOVERY_ENDPOINTS", base + "," + base + "/second"), streams).run(arguments);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private int deregister(Reply... replies) {
        try (ScriptedMember server = ScriptedMember.inOrder(replies)) {
            return run(server, "deregister", "payments", "127.0.0.1");
        }
    }

    @Test
    void aHostThatAnEarlierAttemptMayHaveRemovedIsNotRegisteredAnyMore() {
        assertThat(deregister(UNKNOWN, NO_HOST)).isZero();

        assertThat(output()).isEqualTo("127.0.0.1 is not registered for payments any more\n");
    }

    @Test
    void anotherRefusalIsNoRemoval() {
        assertThat(deregister(UNKNOWN, Reply.refusal(400, "ip_address: given '127.0.0.1', which has several ports")))
                .isEqualTo(1);
        assertThat(errors()).contains("which has several ports");

        assertThat(deregister(NOT_READY, NO_HOST)).isEqualTo(1);
        assertThat(output()).isEmpty();
    }

    @Test
    void aWatchOutlivesARefusalThatPasses() {
        Reply stream = stream("1");
        try (ScriptedMember server = ScriptedMember.inOrder(
                stream, Reply.refusal(429, "too many requests"), Reply.refusal(500, "a fault"), stream("2"))) {
            assertThat(run(server, "watch")).isEqualTo(1);
        }

        assertThat(output()).containsSubsequence("2026-11-27T15:00:01", "2026-11-27T15:00:02");
        assertThat(errors()).contains("refuses (no answer is left)").doesNotContain("too many requests");
    }

    private static Reply stream(String n) {
        return new Reply(
                200,
                Map.of("Content-Type", "text/event-stream"),
                "id: " + n + "\nevent: change\ndata: {\"id\": \"" + n + "\", \"time\": \"2026-11-27T15:00:0" + n
                        + ".000000Z\", \"kind\": \"registered\", \"service\": \"payments\"}\n\n");
    }

    @Test
    void aLineThatIsTooLongIsRefusedAndTheOthersAreTaken() {
        String host =
                "{\"service\": \"a\", \"ip_address\": \"127.0.0.1\", \"port\": 1, \"revision\": \"1\", \"tags\": {}}";
        in = host + "\n" + "x".repeat(LineReader.LONGEST + 1) + "\n" + host + "\n";
        Reply two = new Reply(200, Map.of(), "{\"results\": [{\"status\": 200}, {\"status\": 200}]}");

        try (ScriptedMember server = ScriptedMember.inOrder(two)) {
            assertThat(run(server, "import", "-")).isEqualTo(1);
        }

        assertThat(output()).isEqualTo("registered 2 hosts\n");
        assertThat(errors())
                .contains("line 2 is refused: it has more than 262144 bytes")
                .contains("1 line was refused; the others were taken.");
    }

    @Test
    void aServerThatRefusesAllWithoutAWordEndsAnImport() {
        in = line("a") + line("b");

        try (ScriptedMember server = ScriptedMember.inOrder(new Reply(400, Map.of(), "<html>"))) {
            assertThat(run(server, "import", "-")).isEqualTo(1);
        }

        assertThat(errors()).contains("refuses with 400").hasLineCount(1);
    }

    @Test
    void aDryRunTakesNoLines() {
        in = "nonsense\n";

        try (ScriptedMember server = ScriptedMember.inOrder()) {
            assertThat(run(server, "import", "--dry-run", "-")).isEqualTo(1);
        }

        assertThat(errors())
                .contains("1 line was refused; the others were compared, and members may still refuse some.");
    }

    @Test
    void anImportOfAnotherFileShowsNoneOfIt() {
        in = "s3cret\n\"s3cret\"\n{\"s3cret\": s3cret}\n{\"s3cret\": \"s3cret\"}\n";

        try (ScriptedMember server = ScriptedMember.inOrder()) {
            assertThat(run(server, "import", "-")).isEqualTo(1);
        }

        assertThat(errors())
                .contains(
                        "line 1 is refused: it is no JSON object, expected a host as export writes it",
                        "line 2 is refused: it is no JSON object, expected",
                        "line 3 is refused: it is no JSON object, expected",
                        "line 4 is refused: it has no service")
                .doesNotContain("s3cret");
    }

    @Test
    void aServiceWithASlashIsRefusedAndTheOtherLinesAreCompared() {
        in = line("imp/10.2.0.1") + line("") + line("half\\ud800") + line("good");

        try (ScriptedMember server = ScriptedMember.answering(
                exchange -> new Reply(200, Map.of(), "{\"service\": \"good\", \"hosts\": []}"))) {
            assertThat(run(server, "import", "--dry-run", "-")).isEqualTo(1);
        }

        assertThat(output()).containsPattern("new +good +127.0.0.1 +1");
        assertThat(errors())
                .contains(
                        "line 1 (imp/10.2.0.1 127.0.0.1) is refused: service: given 'imp/10.2.0.1'",
                        "line 2 ( 127.0.0.1) is refused: service: given ''",
                        "line 3 is refused: it has half of a character",
                        "3 lines were refused");
    }

    private static String line(String service) {
        return "{\"service\": \"" + service
                + "\", \"ip_address\": \"127.0.0.1\", \"port\": 1, \"revision\": \"1\", \"tags\": {}}\n";
    }

    @Test
    void aServiceThatAMemberRefusesEndsNoComparison() {
        in = line("long") + line("good");

        try (ScriptedMember server =
                ScriptedMember.inOrder(Reply.refusal(414, "too long"), new Reply(200, Map.of(), "{\"hosts\": []}"))) {
            assertThat(run(server, "import", "--dry-run", "-")).isEqualTo(1);
        }

        assertThat(output()).contains("good");
        assertThat(errors()).contains("line 1 (long 127.0.0.1) is refused: too long");
    }

    /** Answers as a registry with one host at port 2, which has gone since its list was read. */
    private static Reply keyedByPort(HttpExchange exchange) {
        return switch (exchange.getRequestURI().getPath()) {
            case "/v1/registration/a" ->
                new Reply(
                        200,
                        Map.of(),
                        "{\"hosts\": [{\"service\": \"a\", \"ip_address\": \"127.0.0.1\", \"port\": 2}]}");
            case "/v1/services/overview" ->
                new Reply(200, Map.of(), "{\"services\": [], \"instance_key\": \"ip_port\"}");
            default -> Reply.refusal(404, "no host 127.0.0.1:2 is registered for service a");
        };
    }

    @Test
    void aHostThatGoesMeanwhileChangesNoMeaningOfPorts() {
        in = line("a");

        try (ScriptedMember server = ScriptedMember.answering(BadMomentsTest::keyedByPort)) {
            assertThat(run(server, "import", "--dry-run", "-")).isZero();
        }

        assertThat(output()).containsPattern("new +a +127.0.0.1 +1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\": \"too many reads\"}", "{\"services\": []}"})
    void anAnswerThatDoesNotTellTheMeaningOfPortsEndsAComparison(String body) {
        in = line("a");

        try (ScriptedMember server = ScriptedMember.answering(
                exchange -> exchange.getRequestURI().getPath().equals("/v1/registration/a")
                        ? keyedByPort(exchange)
                        : new Reply(body.contains("error") ? 429 : 200, Map.of(), body))) {
            assertThat(run(server, "import", "--dry-run", "-")).isEqualTo(1);
        }

        assertThat(errors()).hasLineCount(1).containsPattern("too many reads|expected ip or ip_port");
    }

    @Test
    void aRequestThatIsUnknownSaysWhatMayBe() {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> new Reply(404, Map.of(), ""))) {
            assertThat(run(server, "services")).isEqualTo(1);
        }

        assertThat(errors()).contains("the member is of another version, or the endpoint is no member");
    }

    private static String change(String id, String time) {
        return "{\"id\": \"" + id + "\", \"time\": \"2026-11-27T" + time
                + ".000000Z\", \"change\": \"expired\", \"service\": \"payments\", \"ip_address\":"
                + " \"10.0.0.1\", \"port\": 80}";
    }

    private static String event(String id, String time) {
        return "id: " + id + "\nevent: change\ndata: " + change(id, time) + "\n\n";
    }

    private static Reply events(String... events) {
        return new Reply(
                200,
                Map.of("Content-Type", "text/event-stream"),
                "id: 0-0\nevent: begin\ndata: {\"time\": \"2026-11-27T15:00:00.000000Z\"}\n\n"
                        + String.join("", events));
    }

    private static Reply list(String... changes) {
        return new Reply(200, Map.of(), "{\"more\": false, \"changes\": [" + String.join(", ", changes) + "]}");
    }

    @Test
    void aWatchThatGoesOnShowsEachChangeOnceWheneverItWasMade() {
        try (ScriptedMember server = ScriptedMember.inOrder(
                events(event("first", "15:00:01")),
                list(change("before", "14:59:59")),
                events(
                        event("before", "14:59:59"),
                        event("late", "14:00:00"),
                        event("first", "15:00:01"),
                        "event: gap\ndata: {}\n\n",
                        event("last", "15:00:02")))) {
            assertThat(run(server, "watch", "-o", "jsonl")).isEqualTo(1);
        }

        assertThat(output().lines().map(line -> line.replaceAll(".*\"id\": \"([a-z]+)\".*", "$1")))
                .containsExactly("first", "late", "last");
        assertThat(errors()).contains("changes may be missing here: ask discovery changes");
    }

    @Test
    void aPortShowsItsChangesAlone() {
        String other = event("other", "15:00:01").replace("\"port\": 80", "\"port\": 81");
        String moved = other.replace("other", "moved")
                .replace("81}", "81, \"fields\": [{\"name\": \"port\", \"old\": 80, \"new\": 81}]}");
        try (ScriptedMember server =
                ScriptedMember.inOrder(events(other, moved, event("wanted", "15:00:02")), list())) {
            assertThat(run(server, "watch", "--ip", "10.0.0.1:80", "-o", "jsonl"))
                    .isEqualTo(1);
        }
        assertThat(output()).contains("moved", "wanted").doesNotContain("other");

        out.reset();
        try (ScriptedMember server = ScriptedMember.inOrder(
                new Reply(
                        200,
                        Map.of(),
                        "{\"more\": true, \"changes\": ["
                                + change("a", "15:00:02").replace("80", "81") + ", " + change("b", "15:00:01") + "]}"),
                list(change("c", "15:00:00")))) {
            assertThat(run(server, "changes", "--ip", "10.0.0.1:80", "-o", "jsonl"))
                    .isZero();
        }
        assertThat(output()).contains("\"b\"", "\"c\"").doesNotContain("\"a\"");
    }

    private static boolean isSecond(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().startsWith("/second");
    }

    @Test
    void aMemberWithoutAHistorySendsToTheNext() {
        Reply none = Reply.refusal(404, "this member records no changes: HISTORY_CHANGES is 0");
        Queue<Reply> second = new ConcurrentLinkedQueue<>(
                List.of(events(event("wanted", "15:00:01")), list(), Reply.refusal(403, "the end")));
        try (ScriptedMember server =
                ScriptedMember.answering(exchange -> isSecond(exchange) ? requireNonNull(second.poll()) : none)) {
            assertThat(run(server, "watch")).isEqualTo(1);
        }
        assertThat(output()).contains("15:00:01");
        assertThat(errors()).contains("the end").doesNotContain("HISTORY_CHANGES");

        out.reset();
        try (ScriptedMember server =
                ScriptedMember.answering(exchange -> isSecond(exchange) ? list(change("a", "15:00:02")) : none)) {
            assertThat(run(server, "changes")).isZero();
        }
        assertThat(output()).contains("15:00:02");

        try (ScriptedMember server = ScriptedMember.answering(exchange -> none)) {
            assertThat(run(server, "changes")).isEqualTo(1);
            assertThat(run(server, "watch")).isEqualTo(1);
        }
        assertThat(errors().lines().filter(line -> line.contains("HISTORY_CHANGES is 0")))
                .hasSize(2);
    }

    private static final Reply WELL = new Reply(
            200,
            Map.of(),
            "{\"partitions_safe\": true, \"members\": [{\"id\": \"a\", \"address\": \"a\", \"answered\": true,"
                    + " \"ready\": true, \"writable\": true}, {\"id\": \"b\", \"address\": \"b\", \"answered\": true,"
                    + " \"ready\": true, \"writable\": true}]}");

    @Test
    void endpointsAreAskedAtTheSameTime() {
        CountDownLatch asked = new CountDownLatch(2);
        try (ScriptedMember server = ScriptedMember.answering(exchange -> {
            asked.countDown();
            return reaches(asked, 5) ? WELL : Reply.refusal(503, "asked alone");
        })) {
            assertThat(run(server, "safe")).isZero();
        }
    }

    /** Starts a server whose second endpoint refuses the first questions. */
    private static ScriptedMember refusingAtSecond(int status, int questions) {
        AtomicInteger left = new AtomicInteger(questions);
        return ScriptedMember.answering(
                exchange -> isSecond(exchange) && left.getAndDecrement() > 0 ? Reply.refusal(status, "not you") : WELL);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 429, 500})
    void anEndpointThatRefusesIsNamedAndKeepsFromARestart(int status) {
        try (ScriptedMember server = refusingAtSecond(status, 1)) {
            assertThat(run(server, "safe")).isEqualTo(1);
        }

        assertThat(output())
                .containsPattern("^not safe: no answer from http://127.0.0.1:[0-9]+/second \\([^/]*not you.*\\)\n$");
        assertThat(errors()).isEmpty();
    }

    @Test
    void anEndpointThatRefusesForAWhileEndsNoWait() {
        try (ScriptedMember server = refusingAtSecond(500, 1)) {
            assertThat(run(server, "safe", "--wait=30s")).isZero();
        }
    }

    @Test
    void anEndpointThatRefusesIsBadAndTheOtherIsExamined() {
        try (ScriptedMember server = refusingAtSecond(500, Integer.MAX_VALUE)) {
            assertThat(run(server, "doctor")).isEqualTo(1);
        }

        assertThat(output())
                .containsPattern(
                        "endpoints +BAD +no answer from http://127.0.0.1:[0-9]+/second \\(refuses with 500: not you")
                .containsPattern("ready +OK");
    }

    @Test
    void withoutAnyViewTheRefusalIsTold() {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> Reply.refusal(401, "not you"))) {
            assertThat(run(server, "doctor")).isEqualTo(1);
            assertThat(run(server, "safe", "--wait")).isEqualTo(1);
        }

        assertThat(errors().lines())
                .hasSize(2)
                .allMatch(line -> line.contains(" wants to know who you are (not you): name a file with a token"));
    }

    private static boolean reaches(CountDownLatch latch, int seconds) {
        try {
            return latch.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void anEndpointThatWasSilentIsAskedOnceAndNamedMeanwhile() {
        AtomicInteger questions = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        terminals = List.of("err");
        try (ScriptedMember server = ScriptedMember.answering(exchange -> {
            if (isSecond(exchange)) {
                questions.incrementAndGet();
                reaches(end, 60);
            }
            return WELL;
        })) {
            assertThat(run(server, "doctor", "--timeout", "1500ms", "-o", "jsonl"))
                    .isEqualTo(1);
            end.countDown();
        }

        assertThat(questions).hasValue(1);
        assertThat(output()).contains("/second (no answer in time)");
        assertThat(errors()).containsPattern("waiting for http://127.0.0.1:[0-9]+/second");
    }

    /** A pipe whose reader has ended. */
    private static final class BrokenPipe extends OutputStream {
        @Override
        public void write(int each) throws IOException {
            throw new IOException("Broken pipe");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "doctor"})
    void aVerdictThatIsNotReadIsNone(String command) {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> WELL)) {
            assertThat(run(server, command)).isZero();
            assertThat(run(server, new BrokenPipe(), err, command)).isEqualTo(1);
        }

        assertThat(errors())
                .isEqualTo("discovery: " + command
                        + ": the reader of its output has ended, expected one that reads all of it\n");
    }

    @Test
    void aListMayBeReadInPart() {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> WELL)) {
            assertThat(run(server, new BrokenPipe(), err, "members")).isZero();
            assertThat(run(server, new BrokenPipe(), err, "members", "--help")).isZero();
        }

        assertThat(errors()).isEmpty();
    }

    @Test
    void anImportThatCannotTellOfItsLinesHasFailed() {
        in = "nonsense\n" + line("good");
        try (ScriptedMember server = ScriptedMember.inOrder()) {
            assertThat(run(server, out, new BrokenPipe(), "import", "-")).isEqualTo(1);
        }

        in = line("good");
        try (ScriptedMember server =
                ScriptedMember.inOrder(new Reply(200, Map.of(), "{\"results\": [{\"status\": 200}]}"))) {
            assertThat(run(server, new BrokenPipe(), err, "import", "-")).isEqualTo(1);
        }
        assertThat(errors()).contains("import: the reader of its output has ended");
    }

    /** A dry run prints a row for each host, of which the first ones may be enough. */
    @Test
    void aDryRunMayBeReadInPart() {
        in = line("good");
        try (ScriptedMember server = ScriptedMember.inOrder(new Reply(200, Map.of(), "{\"hosts\": []}"))) {
            assertThat(run(server, new BrokenPipe(), err, "import", "--dry-run", "-"))
                    .isZero();
        }
    }

    @Test
    void aFailureThatIsNotReadKeepsItsExitCode() {
        try (ScriptedMember server = ScriptedMember.answering(exchange -> NOT_READY)) {
            assertThat(run(server, out, new BrokenPipe(), "services")).isEqualTo(3);
        }
    }

    private static Reply exported(HttpExchange exchange) {
        return new Reply(
                200,
                Map.of(),
                exchange.getRequestURI().getPath().endsWith("/services")
                        ? "{\"services\": [{\"service\": \"a\", \"hosts\": 1}]}"
                        : "{\"hosts\": [{\"service\": \"a\"}]}");
    }

    private int export(Path file) {
        try (ScriptedMember server = ScriptedMember.answering(BadMomentsTest::exported)) {
            return run(server, "export", file.toString());
        }
    }

    private static final String EXPORTED = "{\"service\": \"a\"}\n";

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
                reaches(isOther, 30);
            }
            return new Reply(200, Map.of(), "{\"hosts\": [{\"service\": \"" + (isSlow ? "slow" : "quick") + "\"}]}");
        })) {
            CompletableFuture<Integer> slow =
                    CompletableFuture.supplyAsync(() -> run(server, "export", "-s", "slow", file.toString()));
            assertThat(reaches(asked, 30)).isTrue();

            assertThat(run(server, "export", "-s", "quick", file.toString())).isZero();
            assertThat(file).hasContent("{\"service\": \"quick\"}\n");
            isOther.countDown();

            assertThat(slow.get(30, TimeUnit.SECONDS)).isZero();
        }

        assertThat(file).hasContent("{\"service\": \"slow\"}\n");
        assertThat(dir).isDirectoryNotContaining("glob:**.partial");
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

    @ParameterizedTest
    @ValueSource(strings = {"services", "hosts"})
    void anAnswerWithoutTheListIsNoEmptyOne(String list, @TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "old");
        try (ScriptedMember server = ScriptedMember.answering(exchange -> {
            Reply reply = exported(exchange);
            return new Reply(200, Map.of(), reply.body().replace("\"" + list + "\": [", "\"other\": ["));
        })) {
            assertThat(run(server, "export", file.toString())).isEqualTo(1);
        }

        assertThat(errors()).contains("(it has no array \"" + list + "\"): check the endpoint");
        assertThat(file).hasContent("old");
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
            assertThat(run(server, "export", pipe.toString())).isEqualTo(1);
            assertThat(run(server, new BrokenPipe(), err, "export")).isEqualTo(1);
        }

        assertThat(errors())
                .contains("export: the reader of its output has ended")
                .doesNotContain("exported");
    }

    @Test
    void anExportThatFailsLeavesTheFileAsItWas(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "old");
        try (ScriptedMember server = ScriptedMember.inOrder(
                new Reply(200, Map.of(), "{\"services\": [{\"service\": \"a\", \"hosts\": 1}]}"))) {
            assertThat(run(server, "export", file.toString())).isEqualTo(1);
        }

        assertThat(file).hasContent("old");
        assertThat(dir).isDirectoryNotContaining("glob:**.partial");
    }
}
