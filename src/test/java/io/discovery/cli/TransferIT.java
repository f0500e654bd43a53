package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.CommandLineProgram;
import io.discovery.testing.ExternalProcess;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.ScriptedMember;
import io.discovery.testing.ScriptedMember.Reply;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Export and import, and long lists, with the heap that the launcher gives: from one real member to an empty one. */
@Tag("long")
@Timeout(240)
class TransferIT {

    private static final int HOSTS = 10_000;
    private static final String TAGS =
            "{\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i-%d\", \"n\": [1.50, null, {\"\\u00fc\": true}]}";

    @TempDir
    private Path dir;

    private static MemberProcess full;
    private static MemberProcess empty;

    @BeforeAll
    static void start() {
        full = MemberProcess.launch(Map.of());
        empty = MemberProcess.launch(Map.of());
        full.awaitReady();
        empty.awaitReady();
        for (int first = 0; first < HOSTS; first += 1_000) {
            assertThat(full.client()
                            .post("/v1/registrations", "application/json", hosts(first))
                            .statusCode())
                    .isEqualTo(200);
        }
        full.client().register("payments", "127.0.0.1");
        full.client().post("/v1/loadbalancing/payments/127.0.0.1", Map.of("load_balancing_weight", "42"));
        full.client().register("orders", "127.0.0.2");
    }

    private static String hosts(int first) {
        return IntStream.range(first, first + 1_000)
                .mapToObj(n -> "{\"service\": \"large\", \"ip\": \"10.0.%d.%d\", \"port\": %d, \"revision\": \"r\", "
                                .formatted(n / 250, n % 250, 1 + n)
                        + "\"tags\": " + TAGS.formatted(n) + "}")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    @AfterAll
    static void stop() {
        full.close();
        empty.close();
    }

    private static CommandLineProgram at(MemberProcess member) {
        return CommandLineProgram.at(member.port());
    }

    private static String list(MemberProcess member, String service) {
        TestClient client = member.client();
        return client.get("/v1/registration/" + service)
                .body()
                .replaceAll("\"last_check_in\": \"[^\"]*\"", "\"last_check_in\": \"\"");
    }

    @Test
    void tenThousandHostsFitIntoTheHeap() {
        for (String format : List.of("table", "json", "jsonl")) {
            String output =
                    at(full).run("hosts", "large", "-o", format).succeeded().output();

            assertThat(output.lines().filter(line -> line.contains("10.0."))).hasSize(HOSTS);
        }
    }

    @Test
    void whatIsExportedAndImportedIsEqual() throws IOException {
        Path file = dir.resolve("registry.jsonl");
        assertThat(at(full).run("export", file.toString()).succeeded().errors())
                .isEqualTo("discovery: exported 10002 hosts to " + file + "\n");
        assertThat(Files.readAllLines(file)).hasSize(HOSTS + 2);

        ProgramRun planned =
                at(empty).run("import", "--dry-run", file.toString()).succeeded();
        assertThat(planned.errors())
                .contains("nothing was changed: 10002 hosts are new, 0 would change, 0 are the same");
        assertThat(planned.output().lines().filter(line -> line.startsWith("new")))
                .hasSize(HOSTS + 2);
        assertThat(empty.client().hosts("payments")).isEmpty();

        assertThat(at(empty).run("import", file.toString()).succeeded().output())
                .isEqualTo("registered 10002 hosts\n");
        for (String service : List.of("large", "payments", "orders")) {
            assertThat(list(empty, service)).isEqualTo(list(full, service));
        }
        assertThat(list(empty, "payments")).contains("\"load_balancing_weight\": 42");
        assertThat(sorted(at(empty).run("export").succeeded().output())).isEqualTo(sorted(Files.readString(file)));

        ProgramRun again = at(empty).run("import", "-n", file.toString()).succeeded();
        assertThat(again.errors()).contains("0 hosts are new, 0 would change, 10002 are the same");

        empty.client().register("payments", Map.of("ip", "127.0.0.1", "revision", "r2"));
        ProgramRun differing =
                at(empty).run("import", "-n", "-o", "jsonl", file.toString()).succeeded();
        assertThat(differing.output())
                .isEqualTo(
                        "{\"change\": \"changed\", \"service\": \"payments\", \"ip_address\": \"127.0.0.1\", \"port\":"
                                + " 8080, \"fields\": [{\"name\": \"revision\", \"old\": \"r2\", \"new\": \"r1\"}]}\n");
    }

    private static Set<String> sorted(String export) {
        return export.lines()
                .map(line -> line.replaceAll("\"last_check_in\": \"[^\"]*\"", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void anExportThatASignalEndsLeavesNoPartOfAFile() {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedMember server = ScriptedMember.answering(exchange -> {
                    if (exchange.getRequestURI().getPath().endsWith("/services")) {
                        return new Reply(200, Map.of(), "{\"services\": [{\"service\": \"a\", \"hosts\": 1}]}");
                    }
                    asked.countDown();
                    await().until(() -> isEmpty(dir));
                    return Reply.refusal(403, "the end");
                });
                ExternalProcess export = CommandLineProgram.at(server.port())
                        .program("export", dir.resolve("file").toString())
                        .start("an export")) {
            await().until(() -> asked.getCount() == 0 && !isEmpty(dir));

            export.stop();

            assertThat(dir).isEmptyDirectory();
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    @Test
    void aNameOfTheStandardOutputMeansIt() throws IOException {
        Path descriptor = Path.of("/proc/self/fd/1");
        assumeThat(Files.exists(descriptor.getParent()))
                .as("skipped: descriptors as files need /proc")
                .isTrue();
        Path link = Files.createSymbolicLink(dir.resolve("out"), descriptor);

        ProgramRun run =
                at(full).run("export", "-s", "payments", link.toString()).succeeded();

        assertThat(run.output()).contains("\"payments\"").hasLineCount(1);
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aLineThatIsNoHostIsNamedAndTheOthersAreTaken() throws IOException {
        Path file = dir.resolve("broken.jsonl");
        String good =
                "{\"service\": \"taken\", \"ip_address\": \"127.0.0.3\", \"port\": 80, \"revision\": \"1\", \"tags\":"
                        + " {\"az\": \"a\", \"region\": \"r\", \"instance_id\": \"i\"}}";
        Files.write(
                file,
                List.of(
                        "nonsense",
                        good,
                        good.replace("127.0.0.3", "localhost"),
                        "{\"service\": \"x\"}",
                        good.replace("\"i\"", "\"\u00fc\"")),
                StandardCharsets.ISO_8859_1);

        ProgramRun run = at(empty).run("import", file.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains(
                        "line 1 is refused: ",
                        "line 3 (taken localhost) is refused: ip: given ",
                        "line 4 is refused: it has",
                        "line 5 is refused: it is not UTF-8")
                .contains("4 lines were refused");
        assertThat(empty.client().hosts("taken")).containsExactly("127.0.0.3");
    }
}
