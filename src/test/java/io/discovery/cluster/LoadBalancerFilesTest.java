package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.discovery.testing.LoadBalancer;
import io.discovery.testing.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The load balancers themselves find no fault with the files that operators hand to them. */
final class LoadBalancerFilesTest {

    private static final Path HAPROXY = Path.of("cluster-config", "haproxy.cfg");
    private static final Path NGINX = Path.of("cluster-config", "nginx.conf");

    @TempDir
    private Path dir;

    @Test
    void haproxyTakesItsFile() throws Exception {
        assertAccepted(List.of(haproxy(), "-c", "-f", HAPROXY.toString()), Map.of());
    }

    @Test
    void haproxyTakesItsFileWithTheNamesOfCompose() throws Exception {
        Map<String, String> environment = new HashMap<>();
        haproxyOfCompose()
                .path("environment")
                .properties()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));

        assertAccepted(List.of(haproxy(), "-c", "-f", HAPROXY.toString()), environment);
        assertThat(environment).containsOnlyKeys("LISTEN", "MEMBER_1", "MEMBER_2", "MEMBER_3");
        // Each variable that Compose sets is one that the file reads.
        assertThat(environment.keySet()).allMatch(name -> contains(HAPROXY, "\"${" + name + "}\""));
    }

    @Test
    void composeMountsTheFileThatIsHere() throws IOException {
        assertThat(haproxyOfCompose().at("/volumes/0").asText()).startsWith("./" + HAPROXY + ":");
    }

    @Test
    void nginxTakesItsFile() throws Exception {
        assertAccepted(LoadBalancer.nginx(dir, NGINX, "-t"), Map.of());
    }

    @Test
    void bothFilesNameTheMembersOfTheScript() {
        for (String port : List.of("8081", "8082", "8083", "8090")) {
            assertThat(contains(HAPROXY, "127.0.0.1:" + port)).isTrue();
            assertThat(contains(NGINX, "127.0.0.1:" + port)).isTrue();
        }
    }

    private static JsonNode haproxyOfCompose() throws IOException {
        return new YAMLMapper()
                .readTree(Path.of("docker-compose.cluster.yml").toFile())
                .at("/services/haproxy");
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String haproxy() {
        return Tools.require("haproxy").toString();
    }

    /** A warning is a fault too. */
    private void assertAccepted(List<String> command, Map<String, String> environment) throws Exception {
        Path output = dir.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            assertThat(Files.readString(output)).doesNotContainIgnoringCase("warning");
        } finally {
            process.destroyForcibly();
        }
    }
}
