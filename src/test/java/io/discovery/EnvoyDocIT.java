package io.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.testing.Envoy;
import io.discovery.testing.Markdown;
import io.discovery.testing.Markdown.Block;
import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what a reader of the page on Envoy does. Blocks of the language {@code sh} are commands, those that say {@code goes-on}
 * run until the end; {@code json} or {@code text} behind a block is its output.
 */
@Timeout(300)
class EnvoyDocIT {

    private static final String GOES_ON = "sh goes-on";
    private static final String ENVOY = "envoy -c cluster-config/envoy/eds-grpc.yaml\n";
    private static final String MEMBER = "./scripts/run\n";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LAG = Duration.ofSeconds(20);

    @TempDir
    private Path dir;

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final int port = Ports.inARow(2);
    private final int hosts = port + 1;
    private int envoy;
    private int admin;

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    @Test
    void theCommandsDoWhatThePageShows() throws Exception {
        Envoy.require(EnvoyDocIT.class);
        List<Block> blocks = Markdown.read("src/docs/envoy.md").blocks();
        assertThat(blocks).extracting(Block::text).contains(ENVOY, MEMBER);

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
        if (commands.equals(ENVOY)) {
            Envoy started = Envoy.start("eds-grpc.yaml", List.of(port), UnaryOperator.identity());
            this.started.push(started);
            envoy = started.port();
            admin = started.adminPort();
            return;
        }
        Process process = process(commands, dir.resolve("goes-on." + started.size()));
        started.push(() -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        });
        if (commands.equals(MEMBER)) {
            TestClient client = new TestClient(port);
            await().atMost(PATIENCE).until(() -> !process.isAlive() || client.answers("/health/ready"));
        }
    }

    /** What is asked is asked until it is answered as shown: what goes on has to begin first. */
    private void run(String commands, Block shown) throws Exception {
        if (!Set.of("json", "text").contains(shown.language())) {
            output(commands);
        } else if (commands.contains(" -d ")) {
            assertThat(output(commands)).isEqualTo(shown.text());
        } else {
            await().atMost(LAG).untilAsserted(() -> assertThat(output(commands)).isEqualTo(here(shown.text())));
        }
    }

    private String output(String commands) throws Exception {
        Path output = dir.resolve("output");
        Process process = process(commands, output);
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as("%s%s", commands, Files.readString(output))
                    .isZero();
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }

    private Process process(String commands, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-ec", here(commands))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of(
                        "PORT", Integer.toString(port),
                        "HOST", "127.0.0.1",
                        "STATSD_PORT", "0",
                        "APPLICATION_DIR", dir.resolve("data").toString(),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "JAVA_OPTS", "-Xmx256m",
                        "no_proxy", "*"));
        return builder.start();
    }

    /** As it is here: other ports, other folder. */
    private String here(String text) {
        return text.replace("localhost:8080", "localhost:" + port)
                .replace("127.0.0.1:10000", "127.0.0.1:" + envoy)
                .replace("127.0.0.1:9901", "127.0.0.1:" + admin)
                .replace("9000", Integer.toString(hosts))
                .replace("data/site", dir.resolve("site").toString());
    }
}
