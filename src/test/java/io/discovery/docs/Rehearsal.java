package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.ExternalProcess;
import io.discovery.testing.Markdown;
import io.discovery.testing.Markdown.Block;
import io.discovery.testing.Ports;
import io.discovery.testing.Program;
import io.discovery.testing.TestClient;
import io.discovery.testing.Tools;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sections of src/docs/disasters.md whose commands run in their order, with the three members of {@code
 * scripts/cluster} on ports and in a folder of their own. Blocks of the language {@code sh} are commands, those with
 * {@code goes-on} run until the end; a block {@code json} or {@code text} behind one is its output.
 */
final class Rehearsal implements AutoCloseable {

    static final String PAGE = "src/docs/disasters.md";

    private static final Set<String> OUTPUTS = Set.of("json", "text");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LAG = Duration.ofSeconds(20);
    /** The ports of the page: members' HTTP from 8081 and their peers' ports from 5701. */
    private static final Pattern PORT =
            Pattern.compile("(localhost:|127\\.0\\.0\\.1:|PORT=|for port in |(?<=808\\d) )(808|570)([1-6])\\b");

    /** An operator's shell goes on after a command that fails, and so does this one; its end tells that one did. */
    private static final String AS_AT_A_TERMINAL = "trap 'failed=$?' ERR; trap 'exit ${failed:-$?}' EXIT\n";

    private static final int PEERS = 10;

    private final Path dir;
    private final int port = Ports.inARow(2 * PEERS);
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> replacements = new HashMap<>();
    private final Deque<Block> left;
    private final Deque<ExternalProcess> goingOn = new ArrayDeque<>();
    private boolean hasFailed;

    /**
     * Reads the sections.
     *
     * @param dir an empty folder for what the commands write
     * @param more variables of the commands and the members
     */
    Rehearsal(List<String> sections, Path dir, Map<String, String> more) {
        if (Tools.find("curl").isEmpty()) {
            Tools.skip("the commands of " + PAGE + " are not run, there is no curl");
        }
        this.dir = dir;
        Markdown page = Markdown.read(PAGE);
        this.left = new ArrayDeque<>();
        sections.forEach(section -> left.addAll(page.blocksUnder(section)));
        variables.putAll(Map.of(
                "HOST",
                "127.0.0.1",
                "STATSD_PORT",
                "0",
                "SHUTDOWN_DELAY_SECONDS",
                "0",
                "CLUSTER_HTTP_BASE",
                Integer.toString(port),
                "CLUSTER_HZ_BASE",
                Integer.toString(port + PEERS),
                "CLUSTER_DIR",
                dir.resolve("cluster").toString(),
                "DISCOVERY_ENDPOINTS",
                endpoints(),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAVA_OPTS",
                "-Xmx256m -XX:TieredStopAtLevel=1",
                "no_proxy",
                "*"));
        variables.putAll(more);
    }

    private String endpoints() {
        return "http://localhost:" + (port + 1) + ",http://localhost:" + (port + 2) + ",http://localhost:" + (port + 3);
    }

    /** Replaces a text of the page from now on. */
    Rehearsal replacing(String shown, String here) {
        replacements.put(shown, here);
        return this;
    }

    /** Sets variables of the commands and the members from now on. */
    void with(Map<String, String> more) {
        variables.putAll(more);
    }

    /** Starts the three members, as the page does before its first section, and registers its host. */
    Rehearsal up() {
        Markdown.read(PAGE).blocksUnder("Where the commands run").forEach(block -> bash(block.text()));
        client(1)
                .post(
                        "/v1/registration/payments",
                        TestClient.registration(Map.of("ip", "127.0.0.10", "port", "9000", "revision", "4711")));
        assertThat(client(1)
                        .post("/v1/loadbalancing/payments/127.0.0.10", Map.of("load_balancing_weight", "7"))
                        .statusCode())
                .isEqualTo(204);
        return this;
    }

    /** Returns the folder of a member, counted from 1. */
    Path folder(int n) {
        return dir.resolve("cluster").resolve(Integer.toString(n));
    }

    /** Returns a client of a member, counted from 1. */
    TestClient client(int n) {
        return new TestClient(port + n);
    }

    /** Returns clients of members 1 to {@code count}. */
    List<TestClient> clients(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(this::client).toList();
    }

    /** Returns the environment of a member of this cluster, counted from 1, that a test starts by itself. */
    Map<String, String> environment(int n) {
        Map<String, String> environment = new HashMap<>(variables);
        environment.keySet().removeIf(name -> name.startsWith("DISCOVERY_") || name.startsWith("CLUSTER_"));
        environment.putAll(Map.of(
                "PORT", Integer.toString(port + n),
                "CLUSTER_HOST", "127.0.0.1",
                "CLUSTER_PORT", Integer.toString(port + PEERS + n),
                "CLUSTER_MEMBERS", here("127.0.0.1:5701,127.0.0.1:5702,127.0.0.1:5703"),
                "APPLICATION_DIR", folder(n).toString()));
        return environment;
    }

    /** Runs the commands up to those with this text, which must come. */
    void runThrough(String part) {
        boolean found = false;
        while (!found && !left.isEmpty()) {
            found = next().contains(part);
        }
        assertThat(found).as("'%s' among the commands that are left", part).isTrue();
    }

    /** Runs the commands that are left. */
    void finish() {
        while (!left.isEmpty()) {
            next();
        }
    }

    /** Runs one block, with its output if one follows, and returns its commands. */
    private String next() {
        Block block = left.remove();
        String condition = block.info().substring(block.language().length()).strip();
        @Nullable
        Block shown = !left.isEmpty() && OUTPUTS.contains(left.getFirst().language()) ? left.remove() : null;
        try {
            if (condition.equals("goes-on")) {
                goingOn.push(program(block.text()).start(block.text()));
            } else if (block.language().equals("sh") && !condition.equals("not-run")) {
                run(block.text(), shown);
            }
        } catch (RuntimeException | Error failed) {
            hasFailed = true;
            throw failed;
        }
        return block.text();
    }

    /** Runs commands, and again until their output is as the page shows: all that have one may run twice. */
    private void run(String commands, @Nullable Block shown) {
        if (shown == null) {
            bash(commands);
            return;
        }
        String expected = comparable(here(shown.text()));
        await().atMost(LAG)
                .untilAsserted(() ->
                        assertThat(comparable(bash(commands))).as(commands).isEqualTo(expected));
    }

    /** Runs commands to their end, which must be good, and returns what they print. */
    String bash(String commands) {
        return Program.of("bash", "-c", AS_AT_A_TERMINAL + here(commands))
                .with(variables)
                .run(PATIENCE)
                .succeeded()
                .output();
    }

    private Program program(String commands) {
        return Program.of("bash", "-ec", here(commands)).with(variables);
    }

    /** Returns a text with the ports and folders of this test. */
    private String here(String text) {
        String here = PORT.matcher(text)
                .replaceAll(found -> found.group(1)
                        + (port + (found.group(2).equals("570") ? PEERS : 0) + Integer.parseInt(found.group(3))));
        here = here.replace("data/cluster", dir.resolve("cluster").toString())
                .replace("registry.", dir.resolve("registry.").toString());
        for (Map.Entry<String, String> each : replacements.entrySet()) {
            here = here.replace(each.getKey(), each.getValue());
        }
        return here;
    }

    /** Returns an output without times and the width of columns, which differ from run to run. */
    private static String comparable(String output) {
        return output.replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\\.[0-9]{1,6})?", "TIME")
                .replaceAll(" +", " ");
    }

    /** Returns the end of the log of a member, counted from 1. */
    String log(int n) {
        return bash("cat data/cluster/" + n + "/log");
    }

    @Override
    public void close() {
        end();
    }

    /** Ends the members, and shows their logs if a command has failed. */
    void end() {
        goingOn.forEach(ExternalProcess::close);
        if (hasFailed) {
            System.out.println(program("tail -n 40 data/cluster/*/log || true")
                    .run(PATIENCE)
                    .output());
        }
        program("for n in 1 2 3; do ./scripts/cluster kill $n; done").run(PATIENCE);
    }
}
