package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Markdown;
import io.discovery.testing.Markdown.Block;
import io.discovery.testing.Ports;
import io.discovery.testing.Program;
import io.discovery.testing.TestClient;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands of the pages, which run in their order, with a member at the page's ports, and print what the page
 * shows. Blocks of the language {@code sh} are commands, {@code json} or {@code text} behind them is their output.
 * Behind the language may stand {@code not-run}, or {@code if=TOOL} for a command that needs a tool not everyone has.
 */
@Tag("long")
@Timeout(300)
class CommandsDocIT {

    private static final String RUN = "./scripts/run\n";
    private static final String DYNAMO_DB_PAGE = "src/docs/dynamodb.md";
    /** The pages that other tests walk through: see {@link io.discovery.testing.Walkthrough}, AuditDocIT and DisastersIT. */
    private static final Set<String> WALKED = Set.of(
            "src/docs/audit.md",
            "src/docs/disasters.md",
            "src/docs/envoy.md",
            "src/docs/grpc.md",
            "src/docs/prometheus.md");

    private static final Set<String> OUTPUTS = Set.of("json", "text");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** The ports of the pages: one member at 8080, three at 8081 to 8083, a load balancer at 8090. */
    private static final Pattern PORT = Pattern.compile("(localhost|127\\.0\\.0\\.1):80(8[0-3]|90)");

    @TempDir
    private Path dir;

    /** The port of DNS, 8053, as an option of dig. */
    private static final Pattern DIG_PORT = Pattern.compile("-p 8053\\b");

    private final int port = Ports.inARow(15);
    /** A member of the scripts' cluster has the one after it, or the second, or the third. */
    private final int dnsPort = port + 11;
    /** The scripts count their three ports from 1. */
    private final int clusterHttpBase = port;

    private final int clusterHazelcastBase = port + 3;

    @AfterEach
    void noMemberIsLeftRunning() throws Exception {
        if (isOnThePath("curl")) {
            bash("./scripts/cluster down");
        }
    }

    /** The commands of GET and SELECT alone: to run them twice has no effect. */
    private static final Pattern READS_ONLY =
            Pattern.compile("(curl -s http://\\S+\\s*)+|sqlite3 \\S+ 'SELECT [^']+'\\s*");

    /** The commands that a test of their own runs: the first goes on until it is ended. */
    private static final Predicate<String> DYNAMO_DB =
            text -> text.startsWith("./scripts/dynamodb-local") || text.contains("BACKEND_STORAGE=DynamoDB");

    /** The commands of a member as this test starts it. */
    private static final Predicate<String> MEMBER =
            text -> text.endsWith("cd discovery\n" + RUN) || text.equals("DNS_PORT=8053 " + RUN);

    /** The commands that no test runs: other machines, all tests, hours of measuring, a loop without an end. */
    private static final Pattern NOT_HERE = Pattern.compile(
            "docker |kubectl |^helm |\\b10\\.0\\.0\\.1:|jdbc:postgresql:|aws dynamodb "
                    + "|^\\./scripts/test\\n|^\\./scripts/(check-|bench\\b)|^mvn -B verify .*ReturningClientsIT|^url=.*\\nindex=\\nwhile |^(TLS_CERT|AUTH_FILE|OTEL_EXPORTER_OTLP_ENDPOINT)=");

    private static final Duration LAG = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "src/docs/api.md",
                "src/docs/cli.md",
                "src/docs/deployment.md",
                "src/docs/dns.md",
                "src/docs/history.md",
                "src/docs/operations.md",
                "src/docs/security.md",
                "src/docs/tracing.md",
            })
    void theCommandsDoWhatThePageShows(String page) throws Exception {
        assumeTrue(isOnThePath("curl"), "SKIPPED: the pages' commands are not run, there is no curl on the PATH");
        List<Block> blocks = Markdown.read(page).blocks();
        assertThat(blocks).as("commands of " + page).anyMatch(CommandsDocIT::isRun);
        try (ExternalProcess member = start(RUN)) {
            TestClient client = new TestClient(port);
            member.awaitReady(PATIENCE, () -> client.answers("/health/ready"));
            for (int i = 0; i < blocks.size(); i++) {
                Block block = blocks.get(i);
                if (isRun(block)) {
                    boolean shown = i + 1 < blocks.size()
                            && OUTPUTS.contains(blocks.get(i + 1).language());
                    runAndCompare(block.text(), shown ? blocks.get(i + 1).text() : null);
                }
            }
            assertThat(member.stop()).as("./scripts/run after SIGTERM").isZero();
        }
    }

    @Test
    void aMemberUsesDynamoDbLocalAsThePageShows() throws Exception {
        assumeTrue(isOnThePath("curl"), "SKIPPED: the pages' commands are not run, there is no curl on the PATH");
        String table = Integer.toString(Ports.free(1).get(0));
        List<String> commands = Markdown.read(DYNAMO_DB_PAGE).blocks().stream()
                .map(Block::text)
                .filter(DYNAMO_DB)
                .map(text -> text.replace("127.0.0.1:8000", "127.0.0.1:" + table))
                .toList();
        assertThat(commands).hasSize(2);
        String run = "bash -ec '" + commands.get(1).replace("./scripts/run", "exec ./scripts/run") + "'";
        try (ExternalProcess dynamoDb = start(commands.get(0).strip() + " " + table);
                ExternalProcess member = start(run)) {
            TestClient client = new TestClient(port);
            member.awaitReady(PATIENCE, () -> client.answers("/health/ready"));
            client.register("payments", "127.0.0.10");
            await().until(() -> client.metric("discovery_backend_written_total") == 1);
            dynamoDb.assertAlive();
        }
    }

    /** All the commands of all pages but these. */
    @Test
    void onlyWhatNeedsOtherMachinesOrMuchTimeIsNotRun() throws Exception {
        Set<String> run = pagesOfTheCommands();
        for (Path page : Markdown.pages()) {
            String name = page.toString();
            assertThat(Markdown.read(page).blocks())
                    .as(name)
                    .filteredOn(block -> block.language().equals("sh") && !WALKED.contains(name))
                    .filteredOn(block -> !run.contains(name) || block.info().equals("sh not-run"))
                    .extracting(Block::text)
                    .filteredOn(MEMBER.negate())
                    .filteredOn(DYNAMO_DB.negate().or(text -> !name.equals(DYNAMO_DB_PAGE)))
                    .allMatch(text -> NOT_HERE.matcher(text).find());
        }
        assertThat(Markdown.read("README.md").blocks()).extracting(Block::text).anyMatch(MEMBER);
    }

    private static Set<String> pagesOfTheCommands() throws NoSuchMethodException {
        return Set.of(CommandsDocIT.class
                .getDeclaredMethod("theCommandsDoWhatThePageShows", String.class)
                .getAnnotation(ValueSource.class)
                .strings());
    }

    private static boolean isRun(Block block) {
        String condition = block.info().substring(block.language().length()).strip();
        return block.language().equals("sh")
                && !condition.equals("not-run")
                && (!condition.startsWith("if=") || isOnThePath(condition.substring("if=".length())));
    }

    private static boolean isOnThePath(String tool) {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    private void runAndCompare(String commands, @Nullable String shown) throws Exception {
        if (shown == null) {
            bash(here(commands));
        } else if (READS_ONLY.matcher(commands).matches()) {
            // Other members lag by milliseconds, a person by more.
            await().atMost(LAG).untilAsserted(() -> compare(commands, shown));
        } else {
            compare(commands, shown);
        }
    }

    private void compare(String commands, String shown) throws Exception {
        assertThat(comparable(bash(here(commands)))).as(commands).isEqualTo(comparable(here(shown)));
    }

    /** Returns a text with the ports and folders of this test. */
    private String here(String text) {
        return PORT.matcher(DIG_PORT.matcher(text).replaceAll("-p " + dnsPort))
                .replaceAll(found -> found.group(1) + ":" + (port + Integer.parseInt(found.group(2)) - 80))
                .replace("data/discovery.db", dir.resolve("data/discovery.db").toString())
                .replace("data/registry.jsonl", dir.resolve("registry.jsonl").toString())
                .replace("discovery-copy.db", dir.resolve("discovery-copy.db").toString());
    }

    /** Returns an output without times, ids and the width of columns, which differ from run to run. */
    private static String comparable(String output) {
        return output.replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\\.[0-9]{1,6})?", "TIME")
                .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{15}Z", "TIME")
                .replaceAll("[0-9]{16}-[0-9a-f]{16}", "ID")
                .replaceAll("\"member\": \"[0-9.:]+\"", "\"member\": MEMBER")
                .replaceAll("(?m)^([123]|lb) +[0-9]+ +http", "$1 PID http")
                .replaceAll(" +", " ");
    }

    /** A failure ends a block, and bash takes the program's place where a block is one command: signals reach it. */
    private ExternalProcess start(String commands) {
        return Program.of("bash", "-ec", "exec " + commands).with(environment()).start(commands);
    }

    /** Runs the commands to their end, which must be good, and returns what they print. */
    private String bash(String commands) {
        return Program.of("bash", "-ec", commands)
                .with(environment())
                .run(PATIENCE)
                .succeeded()
                .output();
    }

    private Map<String, String> environment() {
        return Map.ofEntries(
                Map.entry("PORT", Integer.toString(port)),
                Map.entry("DISCOVERY_ENDPOINTS", "http://127.0.0.1:" + port),
                Map.entry("DNS_PORT", Integer.toString(dnsPort)),
                Map.entry("HOST", "127.0.0.1"),
                Map.entry("STATSD_PORT", "0"),
                Map.entry("APPLICATION_DIR", dir.resolve("data").toString()),
                Map.entry("CLUSTER_DIR", dir.resolve("cluster").toString()),
                Map.entry("CLUSTER_HTTP_BASE", Integer.toString(clusterHttpBase)),
                Map.entry("CLUSTER_HZ_BASE", Integer.toString(clusterHazelcastBase)),
                Map.entry("JAVA_HOME", System.getProperty("java.home")),
                Map.entry("JAVA_OPTS", "-Xmx256m"),
                Map.entry("no_proxy", "*"));
    }
}
