package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.member.CannotStartException;
import io.discovery.testing.Ports;
import io.discovery.testing.TestMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CLUSTER_CONFIG: a member is what the file says, with the program's own settings over it. */
class ClusterConfigTest {

    @TempDir
    private Path dir;

    @Test
    void membersFindEachOtherByTheFileWeShip() throws IOException {
        List<Integer> ports = Ports.free(2);
        String shipped = Files.readString(Path.of("cluster-config", "hazelcast-tcp-ip.yaml"));
        Path file = Files.writeString(
                dir.resolve("cluster.yaml"),
                shipped.replace("10.0.0.1:5701", "127.0.0.1:" + ports.get(0))
                        .replace("10.0.0.2:5701", "127.0.0.1:" + ports.get(1))
                        .replaceAll("(?m)^.*10\\.0\\.0\\.3.*$", ""));

        try (TestMember first = TestMember.start(environment(file, ports.get(0)));
                TestMember second = TestMember.start(environment(file, ports.get(1)))) {
            first.client().register("payments", "127.0.0.2");

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> second.client().hosts("payments").equals(Set.of("127.0.0.2")));
            assertThat(first.client().get("/v1/cluster").body().split("\"self\"", -1))
                    .hasSize(3);
        }
    }

    @Test
    void aFileThatIsNoHazelcastConfigurationStopsTheStart() throws IOException {
        for (String wrong : List.of("", "hazelcast: [", "port: 80", "hazelcast:\n  netwrok: {}\n")) {
            Path file = Files.writeString(dir.resolve("wrong.yaml"), wrong);

            assertThatThrownBy(() -> TestMember.startWithoutWaiting(environment(file, 5701)))
                    .as(wrong)
                    .isInstanceOf(CannotStartException.class)
                    .hasCauseInstanceOf(ClusterException.class)
                    .hasMessageContaining("CLUSTER_CONFIG: " + file);
        }
    }

    /** An endpoint for clients of Hazelcast would let any of them read and change all. */
    @Test
    void anEndpointForOthersStopsTheStartUnlessItIsAllowedByName() throws IOException {
        List<Integer> ports = Ports.free(2);
        Path file = Files.writeString(dir.resolve("endpoints.yaml"), """
                hazelcast:
                  advanced-network:
                    enabled: true
                    join:
                      multicast:
                        enabled: false
                    member-server-socket-endpoint-config:
                      port:
                        port: %d
                    client-server-socket-endpoint-config:
                      port:
                        port: %d
                """.formatted(ports.get(0), ports.get(1)));
        Map<String, String> refused = environment(file, ports.get(0));
        Map<String, String> allowed = new HashMap<>(refused);
        allowed.put("CLUSTER_ENDPOINTS", "client");

        assertThatThrownBy(() -> TestMember.startWithoutWaiting(refused))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("CLUSTER_CONFIG: " + file + " opens an endpoint for client, by which any program")
                .hasMessageContaining("CLUSTER_ENDPOINTS");
        try (TestMember member = TestMember.start(allowed)) {
            assertThat(member.client().get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    private static Map<String, String> environment(Path file, int port) {
        return Map.of(
                "CLUSTER_CONFIG", file.toString(),
                "CLUSTER_MIN_MEMBERS", "1",
                "CLUSTER_HOST", "127.0.0.1",
                "CLUSTER_PORT", Integer.toString(port),
                "CLUSTER_NAME", "by-file",
                "SHUTDOWN_DELAY_SECONDS", "0");
    }
}
