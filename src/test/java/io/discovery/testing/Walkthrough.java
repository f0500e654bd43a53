package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Markdown.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A page whose commands a test runs as a reader would, with a member on a port of its own. Blocks of the language
 * {@code sh} are commands, those with {@code goes-on} run until the end; a block {@code json} or {@code text} behind
 * one is its output.
 */
public final class Walkthrough implements AutoCloseable {

    private static final String GOES_ON = "sh goes-on";
    private static final String MEMBER = "./scripts/run\n";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LAG = Duration.ofSeconds(30);

    private final List<Block> blocks;
    private final Path dir;
    private final int port = Ports.free(1).get(0);
    private final Map<String, String> replacements = new LinkedHashMap<>();
    private final Map<String, Supplier<Runnable>> programs = new LinkedHashMap<>();
    private final Deque<Runnable> endings = new ArrayDeque<>();

    /**
     * Reads a page.
     *
     * @param page as seen from the project's root
     * @param dir an empty folder for what the commands write
     */
    public Walkthrough(String page, Path dir) {
        this.blocks = Markdown.read(page).blocks();
        this.dir = dir;
        assertThat(blocks).extracting(Block::text).contains(MEMBER);
        replace("localhost:8080", "localhost:" + port);
    }

    /** Returns the port of the member. */
    public int port() {
        return port;
    }

    /** Replaces a text of the page from now on: a port, a folder. */
    public void replace(String shown, String here) {
        replacements.put(shown, here);
    }

    /**
     * Lets the test start a program that the page starts from another place.
     *
     * @param program starts it and returns what ends it
     */
    public void start(String commands, Supplier<Runnable> program) {
        assertThat(blocks).extracting(Block::text).contains(commands);
        programs.put(commands, program);
    }

    /** Runs the commands of the page, in order. */
    public void walk() throws Exception {
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            if (block.info().equals(GOES_ON)) {
                start(block.text());
            } else if (block.language().equals("sh")) {
                run(block.text(), i + 1 < blocks.size() ? blocks.get(i + 1) : block);
            }
        }
    }

    private void start(String commands) throws IOException {
        Supplier<Runnable> program = programs.get(commands);
        if (program != null) {
            endings.push(program.get());
            return;
        }
        ExternalProcess process = program(commands).start(commands);
        endings.push(process::close);
        if (commands.equals(MEMBER)) {
            TestClient client = new TestClient(port);
            process.awaitReady(PATIENCE, () -> client.answers("/health/ready"));
        }
    }

    /**
     * Runs a command, and again until its output is as the page shows: a program in the background has to start first.
     */
    private void run(String commands, Block shown) throws Exception {
        if (!Set.of("json", "text").contains(shown.language())) {
            output(commands);
        } else if (changes(commands)) {
            assertThat(output(commands)).isEqualTo(here(shown.text()));
        } else {
            await().atMost(LAG).untilAsserted(() -> assertThat(output(commands)).isEqualTo(here(shown.text())));
        }
    }

    private static boolean changes(String commands) {
        return commands.contains("/v1/registration/") && commands.contains(" -d ");
    }

    private String output(String commands) {
        return program(commands).run(PATIENCE).succeeded().output();
    }

    private Program program(String commands) {
        return Program.of("bash", "-ec", here(commands))
                .with(Map.of(
                        "PORT", Integer.toString(port),
                        "HOST", "127.0.0.1",
                        "STATSD_PORT", "0",
                        "APPLICATION_DIR", dir.resolve("data").toString(),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "JAVA_OPTS", "-Xmx256m",
                        "no_proxy", "*"));
    }

    /** Returns a text with the ports and folders of this test. */
    private String here(String text) {
        String here = text;
        for (Map.Entry<String, String> each : replacements.entrySet()) {
            here = here.replace(each.getKey(), each.getValue());
        }
        return here;
    }

    /** Ends the programs in the background, the latest first. */
    @Override
    public void close() {
        endings.forEach(Runnable::run);
    }
}
