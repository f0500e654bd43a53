package io.discovery.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.internal.nio.Packet;
import io.discovery.testing.MemberBytes;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.OpenSockets;
import io.discovery.testing.TestCluster;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Strangers at the port on which members speak with each other: the member ends their connections and lives. */
@Tag("long")
class MemberPortIT {

    private static final String REFUSED = "discovery_members_refused_total";
    private static final String STRANGERS = "discovery_members_strangers";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @AutoClose
    private static final TestCluster CLUSTER = TestCluster.start(2, Map.of());

    private static final byte[] INTRODUCED = MemberBytes.join(
            MemberBytes.hello(), MemberBytes.packet(Packet.Type.SERVER_CONTROL, MemberBytes.handshake()));

    @AfterEach
    void theMemberServesAndItsPeerStays() {
        MemberProcess attacked = CLUSTER.member(0);
        assertThat(attacked.isAlive()).as(attacked.log()).isTrue();
        CLUSTER.client(0).register("attacked", "127.0.0.1");
        CLUSTER.client(1).register("attacked", "127.0.0.2");
        CLUSTER.awaitWhole();
        assertThat(attacked.log()).doesNotContain("OutOfMemory").doesNotContain("Removing Member");
    }

    /** Without the check fourteen bytes were enough. */
    @Test
    void noSizeIsBelievedBeforeTheHandshake() throws IOException {
        assertEnded(MemberBytes.join(MemberBytes.hello(), MemberBytes.header(Packet.Type.SERVER_CONTROL, 0x7fff_ffff)));
        assertEnded(MemberBytes.join(MemberBytes.hello(), MemberBytes.header(Packet.Type.SERVER_CONTROL, -1)));
        assertEnded(MemberBytes.join(MemberBytes.hello(), MemberBytes.header(Packet.Type.OPERATION, 100_000)));
    }

    @Test
    void noAbsurdSizeIsBelievedAfterIt() throws IOException {
        assertEnded(MemberBytes.join(INTRODUCED, MemberBytes.header(Packet.Type.OPERATION, 0x7fff_ffff)));
    }

    /** Each could be the packet of a member; together they would be eight times the heap. */
    @Test
    void packetsThatAreAnnouncedAndDoNotComeTakeNoMemory() throws IOException {
        byte[] bytes = MemberBytes.join(INTRODUCED, MemberBytes.header(Packet.Type.OPERATION, 64_000_000));
        try (OpenSockets sockets = new OpenSockets()) {
            for (int n = 0; n < 60; n++) {
                Socket socket = sockets.add(connect());
                socket.getOutputStream().write(bytes);
            }
            await().atMost(PATIENCE).until(() -> CLUSTER.client(0).metric(STRANGERS) >= 60);
            assertThat(CLUSTER.client(0).metric("discovery_members_packets_unfinished_bytes"))
                    .isLessThan(60 * 200_000);
        }
        await().atMost(PATIENCE)
                .until(() -> CLUSTER.client(0).metric("discovery_members_packets_unfinished_bytes") == 0);
    }

    /** Some packets come; those that would be too much are ended. */
    @Test
    void packetsThatNeverEndMayHoldAQuarterOfTheHeap() throws IOException {
        double refusedBefore = CLUSTER.client(0).metric(REFUSED);
        byte[] begin = MemberBytes.join(INTRODUCED, MemberBytes.header(Packet.Type.OPERATION, 60_000_000));
        try (OpenSockets sockets = new OpenSockets()) {
            for (int n = 0; n < 6; n++) {
                Socket socket = sockets.add(connect());
                writeUnlessEnded(socket, begin, 59);
            }
            await().atMost(PATIENCE).until(() -> CLUSTER.client(0).metric(REFUSED) > refusedBefore);
            assertThat(CLUSTER.client(0).metric("discovery_members_packets_unfinished_bytes"))
                    .isBetween(50_000_000.0, 512.0 * (1 << 20) / 4);
        }
    }

    private static void writeUnlessEnded(Socket socket, byte[] begin, int megabytes) throws IOException {
        byte[] megabyte = new byte[1_000_000];
        try {
            socket.getOutputStream().write(begin);
            for (int n = 0; n < megabytes; n++) {
                socket.getOutputStream().write(megabyte);
            }
        } catch (SocketException ended) {
            assertThat(ended).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
    }

    /** Before the handshake no object is read, and afterwards Java refuses it; otherwise it is hours of work. */
    @Test
    void aBombOfSetsIsNotRead() throws IOException {
        byte[] bomb = MemberBytes.serializedByJava(MemberBytes.bomb());
        assertEnded(MemberBytes.join(MemberBytes.hello(), MemberBytes.packet(Packet.Type.SERVER_CONTROL, bomb)));
        assertEnded(MemberBytes.join(MemberBytes.hello(), MemberBytes.packet(Packet.Type.OPERATION, bomb)));
        // The bytes that end the connection come behind the bomb, which then is with Hazelcast.
        assertEnded(MemberBytes.join(
                INTRODUCED,
                MemberBytes.packet(Packet.Type.OPERATION, bomb),
                MemberBytes.header(Packet.Type.OPERATION, -1)));
        await().during(Duration.ofSeconds(2))
                .atMost(PATIENCE)
                .until(() -> !threads().contains("java.util.HashSet.readObject"));
    }

    /** Returns the stacks of the threads of the member. */
    private static String threads() {
        String threads = CLUSTER.member(0).jcmd("Thread.print");
        assertThat(threads).contains("generic-operation");
        return threads;
    }

    /**
     * Hazelcast sends urgent packets ahead of the handshake with which a member answers a call, if it has not left yet.
     */
    @Test
    void aPeerThatIsCalledMaySendSomethingUrgentBeforeItsHandshake() throws IOException {
        try (CalledPeer peer = CalledPeer.start()) {
            peer.write(MemberBytes.hello());
            DataInputStream in = new DataInputStream(peer.connection.getInputStream());
            in.skipNBytes(MemberBytes.hello().length);
            MemberBytes.skipPacket(in);
            peer.write(MemberBytes.join(
                    MemberBytes.packet(Packet.Type.OPERATION, MemberBytes.serialized("urgent")),
                    MemberBytes.packet(Packet.Type.SERVER_CONTROL, MemberBytes.handshakeReply(peer.port()))));

            // The member takes the connection for one to a member, and asks who is the oldest.
            MemberBytes.skipPacket(in);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(peer.member.log())
                            .as("Hazelcast has the packet, of which it can make nothing")
                            .contains("Failed to process: Packet{"));
            assertThat(peer.member.log()).doesNotContain("before its handshake");
        }
    }

    @Test
    void aPeerThatIsCalledAndNeverSaysItsHandshakeIsEnded() throws IOException {
        try (CalledPeer peer = CalledPeer.start()) {
            byte[] packet = MemberBytes.packet(Packet.Type.OPERATION, new byte[10_000]);
            peer.write(MemberBytes.hello());
            for (int n = 0; n < 200; n++) {
                writeUnlessEnded(peer.connection, packet, 0);
            }
            assertThat(awaitEnd(peer.connection)).isTrue();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(peer.member.log())
                            .containsPattern("(announced a packet of|sent more than) .* bytes"));
        }
    }

    /** A peer played by the test: a member that starts has called it, over this connection. */
    private record CalledPeer(ServerSocket listening, MemberProcess member, Socket connection)
            implements AutoCloseable {

        static CalledPeer start() throws IOException {
            ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            listening.setSoTimeout((int) PATIENCE.toMillis());
            MemberProcess member =
                    MemberProcess.launch(Map.of("CLUSTER_MEMBERS", "127.0.0.1:" + listening.getLocalPort()));
            try {
                Socket connection = listening.accept();
                connection.setSoTimeout((int) PATIENCE.toMillis());
                return new CalledPeer(listening, member, connection);
            } catch (IOException notCalled) {
                listening.close();
                member.close();
                throw new IOException(member.log(), notCalled);
            }
        }

        int port() {
            return listening.getLocalPort();
        }

        void write(byte[] bytes) throws IOException {
            connection.getOutputStream().write(bytes);
        }

        @Override
        public void close() throws IOException {
            try (listening;
                    member;
                    connection) {
                member.killNow();
            }
        }
    }

    @Test
    void whatIsNoMembersIsEnded() throws IOException {
        assertEnded("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEnded("CB2".getBytes(StandardCharsets.US_ASCII));
        assertEnded(new byte[100_000]);
    }

    @Test
    void whoeverIsSilentIsEndedAndOnlySoManyMayBe() throws IOException {
        double refusedBefore = CLUSTER.client(0).metric(REFUSED);
        try (OpenSockets sockets = new OpenSockets()) {
            for (int n = 0; n < 200; n++) {
                Socket socket = sockets.add(connect());
                socket.getOutputStream().write(n % 2 == 0 ? new byte[0] : MemberBytes.hello());
            }
            assertThat(CLUSTER.client(0).metric(STRANGERS)).isLessThanOrEqualTo(64);
            for (Socket socket : sockets.all()) {
                assertThat(awaitEnd(socket)).isTrue();
            }
        }
        assertThat(CLUSTER.client(0).metric(REFUSED) - refusedBefore).isGreaterThanOrEqualTo(200);
    }

    @Test
    void theLogIsNotFilled() throws IOException {
        long before = CLUSTER.member(0).log().lines().count();
        for (int n = 0; n < 300; n++) {
            assertEnded("HTTP".getBytes(StandardCharsets.US_ASCII));
        }

        assertThat(CLUSTER.member(0).log().lines().count() - before).isLessThan(30);
        assertThat(CLUSTER.member(0).log()).contains("the connection to the members' port from");
    }

    private static void assertEnded(byte[] bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes);
            assertThat(awaitEnd(socket)).isTrue();
        }
    }

    /** Reads until the connection ends, whatever comes before. */
    private static boolean awaitEnd(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(CLUSTER.environment(0).get("CLUSTER_PORT")));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }
}
