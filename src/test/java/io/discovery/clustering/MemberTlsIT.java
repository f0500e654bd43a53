package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.internal.nio.Packet;
import io.discovery.testing.MemberBytes;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import io.discovery.testing.TestCluster;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS between real members: those with the right certificate are one cluster, no other process gets in. */
@Tag("long")
class MemberTlsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofDays(20);
    private static final double SOON_SECONDS = 20 * 86_400.0;
    private static final String SECONDS_LEFT = "discovery_members_tls_seconds_left";
    private static final String BROKEN = "discovery_members_tls_files_broken";
    private static final String REFUSED = "discovery_members_refused_total";

    @TempDir
    Path dir;

    private TestAuthority authority;

    @BeforeEach
    void authority() {
        authority = new TestAuthority(dir, "authority");
    }

    @Test
    void membersWithCertificatesAreOneCluster() {
        try (TestCluster cluster = TestCluster.prepare(3, n -> member("member-" + n))) {
            for (int n = 0; n < 3; n++) {
                cluster.launchNext();
            }
            cluster.awaitWhole();

            cluster.client(0).register("payments", "127.0.0.1");

            await().atMost(PATIENCE).until(() -> lists(cluster, 2, "127.0.0.1"));
            cluster.kill(0);
            cluster.relaunch(0);
            cluster.awaitWhole();
            assertThat(lists(cluster, 0, "127.0.0.1")).isTrue();
        }
    }

    /** Each member changes over by two restarts; the cluster loses nothing. */
    @Test
    void aRunningClusterChangesOver() throws IOException {
        try (TestCluster cluster = TestCluster.start(2, Map.of("JOIN_WAIT_SECONDS", "5"))) {
            cluster.client(0).register("payments", "127.0.0.1");

            for (String mode : List.of("accept", "on")) {
                for (int n = 0; n < 2; n++) {
                    cluster.configure(n, member("member-" + n));
                    cluster.configure(n, Map.of("CLUSTER_TLS", mode));
                    cluster.relaunch(n);
                    cluster.awaitWhole();
                    assertThat(lists(cluster, 1 - n, "127.0.0.1")).isTrue();
                }
            }

            assertThat(isEnded(cluster, MemberBytes.hello())).isTrue();
        }
    }

    @Test
    void membersReadNewFilesWithoutARestart() {
        Issued[] issued = new Issued[2];
        try (TestCluster cluster = TestCluster.prepare(2, n -> {
            issued[n] = authority.issue(
                    "member-" + n, Form.member().ending(Instant.now().plus(SOON)));
            return issued[n].memberSettings();
        })) {
            cluster.launchNext();
            cluster.launchNext();
            cluster.awaitWhole();
            assertThat(cluster.member(0).log()).contains("member-0.pem expires at");
            assertThat(cluster.client(0).metric(SECONDS_LEFT)).isLessThan(SOON_SECONDS);

            authority.issue("member-0", Form.member());
            authority.issue("member-1", Form.member());

            await().atMost(PATIENCE).until(() -> cluster.client(0).metric(SECONDS_LEFT) > SOON_SECONDS);
            cluster.relaunch(1);
            cluster.awaitWhole();
            breakFile(issued[0].key());
            await().atMost(PATIENCE).until(() -> cluster.client(0).metric(BROKEN) == 1);
            cluster.relaunch(1);
            cluster.awaitWhole();
        }
    }

    private static void breakFile(Path file) {
        try {
            Files.writeString(file, "nothing");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void nobodyElseGetsIn() throws IOException, GeneralSecurityException {
        try (TestCluster cluster = TestCluster.prepare(3, this::strangerOrMember)) {
            cluster.launchNext();
            cluster.launchNext();
            await().atMost(PATIENCE)
                    .until(() -> cluster.client(0).answers("/health/ready")
                            && cluster.client(1).answers("/health/ready"));
            MemberProcess stranger = cluster.launchNext();
            await().atMost(PATIENCE).until(() -> cluster.client(0).metric(REFUSED) >= 1);

            assertThat(isEnded(cluster, MemberBytes.hello())).isTrue();
            byte[] absurd = MemberBytes.header(Packet.Type.SERVER_CONTROL, 0x7fff_ffff);
            assertThat(isEnded(cluster, MemberBytes.join(MemberBytes.hello(), absurd)))
                    .isTrue();
            assertThat(isRefusedWithoutCertificate(cluster, "TLSv1.3")).isTrue();
            assertThat(isRefusedWithoutCertificate(cluster, "TLSv1.2")).isTrue();

            assertThat(stranger.client().answers("/health/ready")).isFalse();
            assertThat(cluster.client(0).get("/v1/cluster").body().split("\"self\"", -1))
                    .hasSize(3);
            cluster.client(0).register("payments", "127.0.0.1");
            await().atMost(PATIENCE).until(() -> lists(cluster, 1, "127.0.0.1"));
            // Either may have dialled the other first, and the next line of this kind waits.
            String failed = "ended the connection to the member.*, which failed TLS:"
                    + " (Received fatal alert: certificate_unknown|unable to find valid certification path)";
            assertThat(stranger.log()).containsPattern(failed);
            assertThat(cluster.member(0).log())
                    .containsPattern(failed)
                    .doesNotContain("SSLHandshakeException")
                    .doesNotContain("\tat ");
        }
    }

    /** A peer that resumes a session shows its certificate no more. */
    @Test
    void aCertificateThatHasEndedIsNotResumed() throws IOException {
        try (TestCluster cluster = TestCluster.prepare(1, n -> member("member-" + n))) {
            cluster.launchNext();
            cluster.awaitWhole();
            Instant end = Instant.now().plusSeconds(20);
            SSLContext peer =
                    authority.client(authority.issue("peer", Form.member().ending(end)));
            Greeting first = greet(cluster, peer);
            assertThat(first.isReturned()).isTrue();
            assertThat(greet(cluster, peer)).as("resumed").isEqualTo(first);

            await().atMost(PATIENCE).until(() -> Instant.now().isAfter(end));

            assertThat(greet(cluster, peer)).isEqualTo(new Greeting(false, first.session()));
        }
    }

    /**
     * The first bytes of a peer.
     *
     * @param isReturned whether the member sent its own ones
     * @param session the time at which the session was made: one that is resumed keeps it
     */
    private record Greeting(boolean isReturned, long session) {}

    private static Greeting greet(TestCluster cluster, SSLContext peer) throws IOException {
        try (Socket plain = connect(cluster);
                SSLSocket socket =
                        (SSLSocket) peer.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true)) {
            socket.startHandshake();
            long session = socket.getSession().getCreationTime();
            return new Greeting(isReturned(socket), session);
        }
    }

    private static boolean isReturned(Socket socket) {
        try {
            socket.getOutputStream().write(MemberBytes.hello());
            return socket.getInputStream().read() >= 0;
        } catch (IOException ended) {
            return false;
        }
    }

    @Test
    void aMemberWhoseFilesDoNotFitEndsWithTheReason() {
        Map<String, String> settings =
                authority.issue("other", Form.member().named("web")).memberSettings();

        try (MemberProcess member = MemberProcess.launch(settings)) {
            assertThat(member.awaitExit()).isEqualTo(1);
            assertThat(member.log())
                    .contains("TLS between members cannot begin")
                    .contains("carries the names [web], expected discovery among them");
        }
    }

    private Map<String, String> strangerOrMember(int n) {
        TestAuthority issuer = n < 2 ? authority : new TestAuthority(dir, "foreign");
        return issuer.issue("member-" + n, Form.member()).memberSettings();
    }

    private Map<String, String> member(String name) {
        return authority.issue(name, Form.member()).memberSettings();
    }

    private static boolean lists(TestCluster cluster, int member, String address) {
        return cluster.client(member).get("/v1/registration/payments").body().contains(address);
    }

    /** Returns whether the member ends a connection without TLS that begins so. */
    private static boolean isEnded(TestCluster cluster, byte[] bytes) throws IOException {
        try (Socket socket = connect(cluster)) {
            socket.getOutputStream().write(bytes);
            return isEnded(socket);
        }
    }

    private static boolean isEnded(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // An alert, before the end.
            }
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (SocketException | SSLException ended) {
            return true;
        }
    }

    private static Socket connect(TestCluster cluster) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(cluster.environment(0).get("CLUSTER_PORT")));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** Returns whether the member refuses a client that believes any certificate and shows none. */
    private static boolean isRefusedWithoutCertificate(TestCluster cluster, String protocol)
            throws IOException, GeneralSecurityException {
        SSLContext believing = SSLContext.getInstance("TLS");
        believing.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (Socket plain = connect(cluster);
                SSLSocket socket = (SSLSocket) believing.getSocketFactory().createSocket(plain, "127.0.0.1", 0, true)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            socket.getOutputStream().write(MemberBytes.hello());
            return isEnded(socket);
        } catch (SSLException | SocketException refused) {
            return true;
        }
    }
}
