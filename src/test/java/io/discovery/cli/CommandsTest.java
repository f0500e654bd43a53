package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.cli.text.Output;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestMember;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands with a real member in this process. */
@Timeout(120)
class CommandsTest {

    @AutoClose
    private static final TestMember MEMBER = TestMember.start(Map.of());

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String in = "";

    private int run(TestMember member, String... arguments) {
        Streams streams = new Streams(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new Output(out),
                new Output(err),
                List.of());
        return new Program(Map.of("DISCOVERY_ENDPOINTS", "http://127.0.0.1:" + member.port()), streams).run(arguments);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static String line(String service, String address, int port, String tags) {
        return "{\"service\": \"%s\", \"ip_address\": \"%s\", \"port\": %d, \"revision\": \"r1\", \"tags\": %s}\n"
                .formatted(service, address, port, tags);
    }

    @Test
    void aHostForWhichAMemberRefusesAWholeRequestIsNamedAndTheOthersAreTaken() {
        String deep = TestClient.TAGS.replace("\"i\"", "[".repeat(100) + "]".repeat(100));
        for (int n = 1; n <= 9; n++) {
            in += line("deep", "127.0.0." + n, 80, n == 3 || n == 8 ? deep : TestClient.TAGS);
        }

        assertThat(run(MEMBER, "import", "-")).isEqualTo(1);

        assertThat(output()).isEqualTo("registered 7 hosts\n");
        assertThat(errors())
                .contains(
                        "line 3 (deep 127.0.0.3) is refused: body: given",
                        "line 8 (deep 127.0.0.8) is refused: body: given",
                        "2 lines were refused; the others were taken");
        assertThat(MEMBER.client().hosts("deep")).hasSize(7).doesNotContain("127.0.0.3", "127.0.0.8");
    }

    @Test
    void anotherPortIsAnotherHostWherePortsAreKeys() {
        in = line("moved", "127.0.0.1", 81, TestClient.TAGS);
        Map<String, String> there = Map.of("ip", "127.0.0.1", "port", "80");

        MEMBER.client().register("moved", there);
        assertThat(run(MEMBER, "import", "-n", "-")).isZero();
        assertThat(output()).containsPattern("changed +moved +127.0.0.1 +81 +port 80 -> 81\n");

        out.reset();
        try (TestMember keyed = TestMember.start(Map.of("INSTANCE_KEY", "ip_port"))) {
            keyed.client().register("moved", there);
            assertThat(run(keyed, "import", "-n", "-")).isZero();
        }
        assertThat(output()).containsPattern("new +moved +127.0.0.1 +81\n");
    }

    @Test
    void aWeightForAllHostsNeedsOne() {
        MEMBER.client().register("weighed", "127.0.0.1");

        assertThat(run(MEMBER, "weight", "weighed", "--all", "5")).isZero();
        assertThat(run(MEMBER, "weight", "weighted", "--all", "5")).isEqualTo(1);

        assertThat(output()).isEqualTo("all hosts of weighed have weight 5\n");
        assertThat(errors()).isEqualTo("discovery: no host is registered for weighted: see discovery hosts\n");
    }
}
