package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.internal.nio.Packet;
import io.discovery.testing.MemberBytes;
import io.discovery.testing.OpenSockets;
import io.discovery.testing.Ports;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Attacks on the members' port under each protection that there is: no stranger joins, no registration changes, no member
 * ends, and reads go on. {@link MemberPortIT} has those on members without a protection.
 */
@Tag("long")
@Tag("attacks")
class MemberAttacksIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] HALF_OF_A_CLIENT_HELLO = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xfc};
    private static final int WAITING = 200;

    @TempDir
    Path dir;

    /** The proof by which members know each other. */
    private enum Protection {
        CERTIFICATE,
        SECRET,
        /** A certificate, or none, as long as a cluster changes over. */
        ACCEPT
    }

    @ParameterizedTest
    @EnumSource(Protection.class)
    void noAttackDoesHarm(Protection protection) throws IOException {
        TestAuthority authority = new TestAuthority(dir, "authority");
        try (TestCluster cluster = TestCluster.prepare(2, n -> settings(protection, authority, n))) {
            cluster.launchNext();
            cluster.launchNext();
            cluster.awaitWhole();
            cluster.client(0).register("payments", "127.0.0.1");
            int port = Integer.parseInt(cluster.environment(0).get("CLUSTER_PORT"));

            for (byte[] attack : attacks(protection)) {
                try (Socket socket = connect(port)) {
                    socket.getOutputStream().write(attack);
                    assertThat(isEnded(socket)).isTrue();
                }
                assertThat(cluster.client(0).hosts("payments")).containsExactly("127.0.0.1");
            }
            if (protection != Protection.ACCEPT) {
                noMemberOfHazelcastAloneJoins(port);
            }
            // From here on a member stops by order, and starts again.
            assertThat(cluster.member(0).log()).doesNotContain("Removing Member");
            manyHalfHandshakesKeepNoPeerOut(cluster, port);

            cluster.awaitWhole();
            assertThat(cluster.client(1).hosts("payments")).containsExactly("127.0.0.1");
            cluster.client(0).register("payments", "127.0.0.2");
            await().atMost(PATIENCE)
                    .until(() -> cluster.client(1).hosts("payments").size() == 2);
            assertThat(cluster.member(0).log()).doesNotContain("OutOfMemory");
        }
    }

    private Map<String, String> settings(Protection protection, TestAuthority authority, int n) {
        Map<String, String> settings = new HashMap<>();
        if (protection == Protection.SECRET) {
            settings.put("CLUSTER_SECRET_FILE", secret().toString());
        } else {
            settings.putAll(authority.issue("member-" + n, Form.member()).memberSettings());
        }
        if (protection == Protection.ACCEPT) {
            settings.put("CLUSTER_TLS", "accept");
        }
        return settings;
    }

    private Path secret() {
        try {
            return Files.writeString(dir.resolve("secret"), "0123456789abcdef0123456789abcdef\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static List<byte[]> attacks(Protection protection) {
        byte[] bomb = MemberBytes.serializedByJava(MemberBytes.bomb());
        byte[] introduced = MemberBytes.join(
                MemberBytes.hello(), MemberBytes.packet(Packet.Type.SERVER_CONTROL, MemberBytes.handshake()));
        // While a cluster changes over, a member's handshake is believed: the end of the attack ends the connection.
        byte[] end = protection == Protection.ACCEPT ? MemberBytes.header(Packet.Type.OPERATION, -1) : new byte[0];
        return List.of(
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                "CB2".getBytes(StandardCharsets.US_ASCII),
                MemberBytes.hello(),
                HALF_OF_A_CLIENT_HELLO,
                MemberBytes.join(MemberBytes.hello(), MemberBytes.header(Packet.Type.SERVER_CONTROL, 0x7fff_ffff)),
                MemberBytes.join(introduced, MemberBytes.header(Packet.Type.OPERATION, 0x7fff_ffff)),
                MemberBytes.join(MemberBytes.hello(), MemberBytes.packet(Packet.Type.OPERATION, bomb)),
                MemberBytes.join(introduced, MemberBytes.packet(Packet.Type.OPERATION, bomb), end));
    }

    /** A program with Hazelcast that knows the name of the cluster and needs no more where nothing protects it. */
    private static void noMemberOfHazelcastAloneJoins(int port) {
        Config config = new Config()
                .setClusterName("discovery")
                .setLiteMember(true)
                .setProperty("hazelcast.max.join.seconds", "5")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "none");
        config.getNetworkConfig()
                .setPort(Ports.free(1).get(0))
                .setPublicAddress("127.0.0.1")
                .getInterfaces()
                .setEnabled(true)
                .addInterface("127.0.0.1");
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + port);
        assertThatThrownBy(() -> Hazelcast.newHazelcastInstance(config))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Node failed to start!");
    }

    /** Strangers begin a handshake and fall silent, as a peer does that is paused in the middle; others get in. */
    private static void manyHalfHandshakesKeepNoPeerOut(TestCluster cluster, int port) throws IOException {
        try (OpenSockets sockets = new OpenSockets()) {
            for (int n = 0; n < WAITING; n++) {
                Socket socket = sockets.add(connect(port));
                writeUnlessEnded(socket, HALF_OF_A_CLIENT_HELLO);
            }
            cluster.relaunch(1);
            cluster.awaitWhole();
            for (Socket socket : sockets.all()) {
                assertThat(isEnded(socket)).isTrue();
            }
        }
    }

    private static void writeUnlessEnded(Socket socket, byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException ended) {
            assertThat(ended).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** Reads until the connection ends, whatever comes before. */
    private static boolean isEnded(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }
}
